import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { findProvider, providerNames } from '../../../providers';
import type { AuthOffer, Provider } from '../../../providers/provider';
import { firstConfig, sourceBlock } from '../../../receiver/config/first-run';
import { readConfig } from '../../../receiver/config/load';
import { parseConfig } from '../../../receiver/config/parse';

describe('the first configuration', () => {
  it('loads without a mistake or a warning, with a source for every provider', () => {
    for (let run = 0; run < 50; run += 1) {
      const { config, warnings } = readConfig(firstConfig(randomBytes), 'chathooks.yaml', {});
      expect(warnings).toEqual([]);
      expect(config.sources.map(({ provider }) => provider).toSorted()).toEqual([...providerNames].toSorted());
    }
  });

  it('has secrets of its own each time, none used twice', () => {
    const secretsOf = (text: string): readonly string[] => text.match(/(?<= )(?:whsec_)?[A-Za-z0-9+/]{32}(?= )/g) ?? [];
    const secrets = [...secretsOf(firstConfig(randomBytes)), ...secretsOf(firstConfig(randomBytes))];
    // The admin token, the example of a destination, and one for each provider.
    expect(secrets).toHaveLength(2 * (2 + providerNames.length));
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it('loads with its example of a destination switched on', () => {
    const text = firstConfig(randomBytes);
    const [head = '', tail = ''] = text.split('# destinations:');
    const { config, warnings } = readConfig(`${head}destinations:${tail.replaceAll('\n# ', '\n')}`, 'chathooks.yaml', {});
    expect(config.destinations.map(({ id }) => id)).toEqual(['n8n']);
    expect(warnings).toEqual([]);
    const [secret = ''] = config.destinations[0]?.secrets ?? [];
    expect(secret).toMatch(/^whsec_/);
    expect(() => new Webhook(secret)).not.toThrow();
  });

  it.each(providerNames)('has a source for %s by what the registry says, without any hint', (name) => {
    const provider = findProvider(name);
    if (provider === undefined) throw new Error('It is in the registry.');
    const { sources } = parse(`sources:\n${sourceBlock(provider, 'a-secret')}`) as { sources: object[] };
    const { config, warnings } = parseConfig({ sources });
    expect(config.sources.map(({ id, provider: used }) => [id, used])).toEqual([[name, name]]);
    expect(warnings).toEqual([]);
  });

  it.each(['basic', 'header', 'api-key', 'hmac'] as const)('can write the source of a provider that offers %s', (scheme) => {
    const { sources } = parse(`sources:\n${sourceBlock(offering({ scheme, basis: 'documented', note: '', headers: ['x-its-own'] }), 'a-secret')}`) as { sources: object[] };
    expect(() => parseConfig({ sources })).not.toThrow();
  });

  it('says where a provider is to be added that proves itself by nothing which a secret is enough for', () => {
    expect(() => sourceBlock(offering({ scheme: 'oauth2', basis: 'documented', note: '' }), 'a-secret')).toThrow('receiver/config/first-run.ts has no first source for spika: write one of its schemes (oauth2) there.');
  });
});

function offering(offer: AuthOffer): Provider {
  const provider = findProvider('spika');
  if (provider === undefined) throw new Error('It is in the registry.');
  return { ...provider, auth: [offer] };
}
