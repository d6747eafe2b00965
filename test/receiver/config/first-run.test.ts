import { randomBytes } from 'node:crypto';
import { firstConfig } from '../../../receiver/config/first-run';
import { readConfig } from '../../../receiver/config/load';
import { providerNames } from '../../../providers';

describe('the first configuration', () => {
  it('loads without a mistake or a warning, with a source for every provider', () => {
    for (let run = 0; run < 50; run += 1) {
      const { config, warnings } = readConfig(firstConfig(randomBytes), 'chathooks.yaml', {});
      expect(warnings).toEqual([]);
      expect(config.sources.map(({ provider }) => provider).toSorted()).toEqual([...providerNames].toSorted());
    }
  });

  it('has secrets of its own each time, none used twice', () => {
    const secretsOf = (text: string): readonly string[] => text.match(/[A-Za-z0-9]{16,}(?= )/g) ?? [];
    const secrets = [...secretsOf(firstConfig(randomBytes)), ...secretsOf(firstConfig(randomBytes))];
    expect(secrets.length).toBeGreaterThanOrEqual(14);
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it('loads with its example of a destination switched on', () => {
    const text = firstConfig(randomBytes);
    const [head = '', tail = ''] = text.split('# destinations:');
    const { config, warnings } = readConfig(`${head}destinations:${tail.replaceAll('\n# ', '\n')}`, 'chathooks.yaml', {});
    expect(config.destinations.map(({ id }) => id)).toEqual(['n8n']);
    expect(warnings).toEqual([]);
  });
});
