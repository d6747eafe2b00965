import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test.each([[['--sconds', '10']], [['--seconds', 'ten']], [['--target', 'nothing']]])('the fuzzer refuses %j in one line with its options', (words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'run.mjs'), ...words], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^Usage: npm run fuzz -- .*--seconds.*\n$/)]);
});
