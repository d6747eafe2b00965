import * as fc from 'fast-check';
import { createBudget } from '../../../receiver/ingest/budget';
import type { Allowance, Place } from '../../../receiver/ingest/budget';

const budgetOf = (allowance: Partial<Allowance> = {}) => createBudget(() => ({ bytes: 100, requests: 10, sources: 2, ...allowance }));

type Budget = ReturnType<typeof budgetOf>;

/** A place, or the test fails. */
function place(budget: Budget, source: string, isKnown = true): Place {
  const entered = budget.enter(source, isKnown);
  if (entered === undefined) throw new Error('There was no place.');
  return entered;
}

function enterAll(budget: Budget, source: string, isKnown = true): readonly Place[] {
  const places: Place[] = [];
  for (let entered = budget.enter(source, isKnown); entered !== undefined; entered = budget.enter(source, isKnown)) places.push(entered);
  return places;
}

describe('places', () => {
  it('are as many as were set for a source that is alone', () => expect(enterAll(budgetOf({ sources: 1 }), 'a')).toHaveLength(10));

  it('are left for another source, however many one is flooded with', () => {
    const budget = budgetOf();
    expect(enterAll(budget, 'a')).toHaveLength(7);
    expect(enterAll(budget, 'b').length).toBeGreaterThan(0);
  });

  it('are half of them for those who are known, whatever strangers do', () => {
    const budget = budgetOf({ sources: 1 });
    expect([enterAll(budget, 'a', false).length, enterAll(budget, 'a').length]).toEqual([5, 5]);
  });

  it('are one for a stranger, where there is only one', () => expect(enterAll(budgetOf({ requests: 1 }), 'a', false)).toHaveLength(1));

  it('are free again once they were left', () => {
    const budget = budgetOf({ sources: 1 });
    enterAll(budget, 'a')[0]?.leave();
    expect(enterAll(budget, 'a')).toHaveLength(1);
  });
});

describe('room', () => {
  it('is as much as was set, and not a byte more', () => {
    const one = place(budgetOf({ sources: 1 }), 'a');
    expect([one.grow(100), one.grow(1)]).toEqual([true, false]);
  });

  it('is there for the largest delivery of a stranger as long as there is no other', () => {
    const budget = budgetOf({ sources: 1 });
    const [first, second] = [place(budget, 'a', false), place(budget, 'a', false)];
    expect([first.grow(60), second.grow(1)]).toEqual([true, false]);
  });

  it('is half of it for those who are known', () => {
    const budget = budgetOf();
    const [one, other] = [place(budget, 'a', false), place(budget, 'b', false)];
    expect([one.grow(40), other.grow(10), other.grow(1)]).toEqual([true, true, false]);
    expect(place(budget, 'b').grow(20)).toBe(true);
  });

  it('counts no more among the strangers\' once the sender is known', () => {
    const budget = budgetOf({ sources: 1 });
    const one = place(budget, 'a', false);
    one.grow(50);
    one.know();
    expect(place(budget, 'a', false).grow(40)).toBe(true);
  });

  it('is set aside by its announcement only for those who are known', () => {
    const one = place(budgetOf(), 'a', false);
    const before = one.reserves;
    one.know();
    expect([before, one.reserves]).toEqual([false, true]);
  });
});

it('never gives more than there is, and gets everything back', () => {
  const step = fc.record({ source: fc.constantFrom('a', 'b', 'c'), place: fc.nat(9), bytes: fc.nat(60), what: fc.constantFrom('enter', 'grow', 'know', 'shrink', 'leave') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const budget = budgetOf({ sources: 3 });
      const open: { readonly place: Place; bytes: number }[] = [];
      for (const { source, place: at, bytes, what } of steps) {
        const held = open[at % Math.max(1, open.length)];
        if (what === 'enter') {
          const entered = budget.enter(source, bytes % 2 === 0);
          if (entered !== undefined) open.push({ place: entered, bytes: 0 });
        } else if (held === undefined) continue;
        else if (what === 'grow') held.bytes += held.place.grow(bytes) ? bytes : 0;
        else if (what === 'know') held.place.know();
        else if (what === 'shrink') {
          const given = Math.min(bytes, held.bytes);
          held.place.shrink(given);
          held.bytes -= given;
        } else open.splice(open.indexOf(held), 1)[0]?.place.leave();
        const sum = { bytes: open.reduce((total, one) => total + one.bytes, 0), requests: open.length };
        expect(budget.held()).toEqual(sum);
        expect(sum.bytes).toBeLessThanOrEqual(100);
        expect(sum.requests).toBeLessThanOrEqual(10);
      }
      for (const held of open) held.place.leave();
      expect(budget.held()).toEqual({ bytes: 0, requests: 0 });
      // What strangers and sources hold has gone to nothing with it.
      expect([enterAll(budget, 'a', false).length, enterAll(budget, 'b').length]).toEqual([5, 3]);
    }),
  );
});
