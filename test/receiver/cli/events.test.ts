import { findProvider, providerNames } from '../../../providers';
import { chathooks } from './chathooks';

describe('chathooks events', () => {
  it('lists every event of every provider', async () => {
    const { code, stdout } = await chathooks(['events', '--json']);
    expect(code).toBe(0);
    const listed = (JSON.parse(stdout) as { provider: string; event: string }[]).map(({ provider, event }) => [provider, event]);
    expect(listed).toEqual(providerNames.flatMap((name) => Object.keys(findProvider(name)?.events ?? {}).map((event) => [name, event])));
  });

  it('lists those of one provider as a table', async () => {
    const { code, stdout } = await chathooks(['events', 'cometchat']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PROVIDER +EVENT +TYPE/);
    expect(stdout).toMatch(/^cometchat +message_sent +chat\.message\.sent /m);
    expect(stdout).not.toMatch(/^sceyt/m);
  });

  it('suggests the provider that was meant', async () => {
    const { code, stderr } = await chathooks(['events', 'commetchat']);
    expect(code).toBe(1);
    expect(stderr).toContain('Did you mean cometchat?');
  });
});
