import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNode, temporaryFolder } from './chathooks';

const BIN = join(__dirname, '../../../receiver/bin/chathooks.js');

describe('the executable', () => {
  const folder = temporaryFolder();

  it('says how to get a newer Node under an old one', async () => {
    const old = join(folder(), 'old.cjs');
    await writeFile(old, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });");
    const { code, stderr } = await runNode(['--require', old, BIN, 'events']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^chathooks needs Node\.js 24 or newer, and this is 20\.1\.0\. .*nodejs\.org.*\n$/);
  });

  it('says how to build it before it is built', async () => {
    await mkdir(join(folder(), 'bin'));
    await copyFile(BIN, join(folder(), 'bin/chathooks.js'));
    await expect(runNode([join(folder(), 'bin/chathooks.js')])).resolves.toEqual({ code: 1, stdout: '', stderr: 'chathooks is not built yet. Run: npm run build\n' });
  });
});
