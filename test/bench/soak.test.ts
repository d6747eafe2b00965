import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** jest gives tests no ES modules: Node is asked. */
function rowsAfter(seconds: number): unknown {
  const looks = Array.from({ length: 5 }, (_, index) => ({ at: index * 30, rss: 100 + index }));
  const module = JSON.stringify(pathToFileURL(join(__dirname, 'soak-figures.mjs')));
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', `import { slopeRows } from ${module}; console.log(JSON.stringify(slopeRows(${JSON.stringify(looks)}, ${seconds})))`], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

test('the soak tells a slope of memory from a minute on', () => {
  expect(rowsAfter(59)).toEqual([]);
  expect(rowsAfter(60)).toEqual([[expect.stringContaining('slope'), '2.0']]);
});

test.each([[['--sconds', '10']], [['--seconds', 'ten']]])('the soak refuses %j in one line with its options', (words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'soak.mjs'), ...words], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^Usage: npm run soak -- .*--seconds.*\n$/)]);
});
