import { sampleNames } from '../support/samples';
import { casesOf } from './cases';
import { checks } from './checks';
import { contract } from './contract';

describe.each(Object.keys(contract.providers))('%s', (name) => {
  const provider = contract.providers[name];

  describe.each(casesOf(contract, name).map((subject) => [subject.event, subject.scheme, subject] as const))('%s with %s', (_event, _scheme, subject) => {
    it.each(Object.entries(checks))('%s', async (_name, check) => {
      expect(await check(subject)).toEqual([]);
    });
  });

  it('is registered under its own name', () => expect(provider?.name).toBe(name));

  it('has samples of its events only, and variants of them', () => {
    const events = Object.keys(provider?.events ?? {});
    const strays = sampleNames(name).filter((sample) => !events.some((event) => sample === event || sample.startsWith(`${event}.`)));
    expect(strays).toEqual([]);
  });

  it('says of each event what it is', () => {
    for (const entry of Object.values(provider?.events ?? {})) {
      expect([entry.title, entry.group, entry.description].every((text) => text.trim() !== '')).toBe(true);
    }
  });
});
