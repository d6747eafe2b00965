import { chathooks } from './chathooks';

const COMMANDS = ['init', 'start', 'send', 'events', 'tail', 'replay', 'migrate', 'doctor', 'verify'];

describe('the command line', () => {
  it('lists every command', async () => {
    const { code, stdout } = await chathooks(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  it.each(COMMANDS)('explains %s, with an example', async (command) => {
    const { code, stdout, stderr } = await chathooks([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`  $ chathooks ${command}`);
    expect(stdout).toContain('--config <path>');
    expect(stdout).toContain('--json');
  });

  it('has examples of send with events that there are', async () => {
    const { stdout } = await chathooks(['send', '--help']);
    const { stdout: catalogue } = await chathooks(['events', '--json']);
    const known = (JSON.parse(catalogue) as { provider: string; event: string }[]).map(({ provider, event }) => `${provider} ${event}`);
    const examples = [...stdout.matchAll(/\$ chathooks send (\S+ \S+)/g)].map(([, words]) => words);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(known).toContain(example);
  });

  it('says its version', async () => {
    await expect(chathooks(['--version'])).resolves.toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) as string, stderr: '' });
  });

  it('shows its help when it is not told what to do', async () => {
    const { code, stderr } = await chathooks([]);
    expect(code).toBe(1);
    expect(stderr).toContain('Usage: chathooks');
  });

  it.each([
    [['nonsense'], /Unknown command 'nonsense'/],
    [['sned', 'a', 'b'], /send/],
    [['init', '--cofnig', 'x'], /--config/],
    [['send', 'cometchat'], /'event'/],
    [['send', 'cometchat', 'message_sent', '--count', '0'], /whole number/],
    [['verify', 'a.http'], /--source/],
    [['verify', 'a.http', '--source', 'a', '--at', 'yesterday'], /time/],
    [['replay'], /--dead/],
    [['replay', '1', '--dead'], /one of the two, not both/],
  ])('refuses %j in one line that says what to do', async (words, expected) => {
    const { code, stdout, stderr } = await chathooks(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(expected);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it.each([[['nonsense']], [['send', 'nobody', 'x']], [['replay', '1', '--config', '/nowhere/chathooks.yaml']]])('tells a program about %j in JSON', async (words) => {
    const { code, stderr } = await chathooks([...words, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { code: expect.any(String) as string, message: expect.any(String) as string } });
  });
});
