import { providerNames } from '../../providers';
import type { ProviderName } from '../../providers';
import { readSample } from '../support/samples';
import { events, judge, values, withText } from './worst';

const LARGEST = 1_048_576;

/** Spika alone quotes without bound; and not even there is a body taken that would exhaust the stack of what comes after. */
function expected(value: string, name: ProviderName): readonly string[] {
  if (value === 'nesting without end' || (value === 'replies that quote one another' && name !== 'spika')) return ['too_deep'];
  return ['accepted', 'handshake'];
}

describe.each(events)('the largest body: %s, %s', (name, event, place) => {
  const sample = readSample(name, event);

  it.each(Object.entries(values))('is judged with %s in it', async (value, made) => {
    const text = made(LARGEST);
    expect(text.length).toBeGreaterThan(LARGEST * 0.9);
    for (const path of [['added'], place]) {
      const verdict = await judge(name, sample, withText(sample, path, text));
      expect(expected(value, name)).toContain(verdict.kind === 'refused' ? verdict.code : verdict.kind);
      if (verdict.kind === 'accepted') expect(verdict.issues.filter(({ code }) => code === 'unreadable')).toEqual([]);
    }
  });
});

it('is asked of every provider', () => expect(new Set(events.map(([name]) => name))).toEqual(new Set(providerNames)));
