import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../../receiver/config/load';
import { chathooks, temporaryFolder } from './chathooks';

describe('chathooks init', () => {
  const folder = temporaryFolder();

  it('writes a configuration that loads and that only its owner may read', async () => {
    const { code, stderr } = await chathooks(['init'], { cwd: folder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const path = join(folder(), 'chathooks.yaml');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(loadConfig(path, {})).resolves.toMatchObject({ warnings: [] });
  });

  it('says how to start with what it wrote', async () => {
    expect((await chathooks(['init'], { cwd: folder() })).stdout).toMatch(/Next: chathooks start\n$/);
    const path = join(folder(), 'of mine.yaml');
    expect((await chathooks(['init', '--config', path])).stdout).toContain(`Next: chathooks start --config '${path}'\n`);
  });

  it('prints no secret', async () => {
    const { stdout, stderr } = await chathooks(['init'], { cwd: folder() });
    const secrets = (await readFile(join(folder(), 'chathooks.yaml'), 'utf8')).match(/\b[A-Za-z0-9]{32}\b/g) ?? [];
    expect(secrets.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  });

  it('never writes over a file', async () => {
    await chathooks(['init'], { cwd: folder() });
    const before = await readFile(join(folder(), 'chathooks.yaml'), 'utf8');
    const { code, stderr } = await chathooks(['init', '--json'], { cwd: folder() });
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'config_exists' } });
    await expect(readFile(join(folder(), 'chathooks.yaml'), 'utf8')).resolves.toBe(before);
  });

  it('says where it could not write', async () => {
    const { code, stderr } = await chathooks(['init', '--config', 'no/such/folder.yaml'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stderr).toContain('no/such/folder.yaml');
    expect(stderr).not.toContain('    at ');
  });
});
