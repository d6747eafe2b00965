import { engines } from '../engines';
import { mutations } from './mutations';
import { runMutation } from './mutate';
import { receiverProcess } from './process';
import type { ReceiverProcess } from './process';
import { scenarios } from './scenarios';

describe.each(engines.map((engine) => [engine.name, engine] as const))('the receiver over %s', (_name, engine) => {
  let receiver: ReceiverProcess;

  beforeAll(async () => {
    receiver = await receiverProcess(engine);
  }, 120_000);
  afterAll(() => receiver.close());

  it.each(scenarios.map(({ number, name, run }) => [number, name, run] as const))('%i: %s', async (_number, _title, run) => expect(await run(receiver)).toEqual([]), 120_000);

  describe('a valid delivery, mutated', () => {
    it.each(mutations.map((mutation) => [mutation.number, mutation.name, mutation] as const))('%i: %s', async (_number, _title, mutation) =>
      expect(await runMutation(receiver, mutation)).toEqual([]),
    );
  });
});

it('there are seventeen mutations', () => expect(mutations.map(({ number }) => number)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1)));
