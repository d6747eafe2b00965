import { sampleNames } from '../support/samples';
import { casesOf } from './cases';
import { checks, checksOf } from './checks';
import { contract } from './contract';
import { timeless } from './timeless';

describe.each(Object.keys(contract.providers))('%s', (name) => {
  const provider = contract.providers[name];

  describe.each(casesOf(contract, name).map((subject) => [subject.event, subject.scheme, subject] as const))('%s with %s', (_event, _scheme, subject) => {
    it.each(checksOf(subject))('%s', async (_name, { run }) => {
      expect(await run(subject)).toEqual([]);
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

it('lists as timeless only events that there are', () => {
  const strays = Object.entries(timeless).flatMap(([name, events]) => Object.keys(events).filter((event) => contract.providers[name]?.events[event] === undefined));
  expect(strays).toEqual([]);
});

it('has no check that applies nowhere', () => {
  const applied = new Set(Object.keys(contract.providers).flatMap((name) => casesOf(contract, name).flatMap((subject) => checksOf(subject).map(([check]) => check))));
  expect(Object.keys(checks).filter((check) => !applied.has(check))).toEqual([]);
});
