import { createStopSignals } from '../../../receiver/cli/stop-signals';

describe('signals to stop', () => {
  let now: number;
  let done: string[];
  let heard: () => void;
  beforeEach(() => {
    now = 5_000;
    done = [];
    heard = createStopSignals({ stop: () => void done.push('stop'), cutShort: () => void done.push('cut short'), monotonic: () => now });
  });

  it('takes one that is heard twice, by way of npm, for one', () => {
    heard();
    now += 900;
    heard();
    expect(done).toEqual(['stop']);
  });

  it('waits no longer at a second one', () => {
    heard();
    now += 1_000;
    heard();
    expect(done).toEqual(['stop', 'cut short']);
  });
});
