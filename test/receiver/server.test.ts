import { running, until } from '../support/running';
import type { LogLine, Running } from '../support/running';
import { listener } from '../support/listener';
import { heldStore } from './overload/held-store';
import { chat, deliver, hangUp, headOf, message, sender } from './overload/sender';

const TIMES = { headers: 10_000, request: 30_000, checkedEvery: 100, keepAlive: 65_000, silence: 60_000, lastDeliveries: 10_000 };

const lines = ({ log }: Running, text: string): readonly LogLine[] => log.filter(({ message: said }) => said.includes(text));

describe('a reload', () => {
  it('says that the address or the store takes effect later as long as another one is running', async () => {
    const receiver = await running({ sources: [chat] });
    const said = async (options: object): Promise<number> => {
      const before = lines(receiver, 'next start').length;
      await receiver.reload({ sources: [chat], ...options });
      return lines(receiver, 'next start').length - before;
    };
    expect(await said({})).toBe(0);
    expect(await said({ listen: { port: 9 } })).toBe(1);
    expect(await said({ listen: { port: 9 } })).toBe(1);
    expect(await said({})).toBe(0);
    expect(await said({ store: 'sqlite:./elsewhere.db' })).toBe(1);
    await receiver.close();
  });

  it('has retention look at once: what is to be kept may have changed', async () => {
    const store = heldStore();
    const receiver = await running({ sources: [chat] }, undefined, { parts: { open: store.open } });
    await until(() => store.asked.prune === 1);
    await receiver.reload({ sources: [chat], retention: { days: 1 } });
    await until(() => store.asked.prune === 2);
    await receiver.close();
  });
});

describe('the end is logged in one line', () => {
  afterEach(hangUp);

  it('when nothing was under way any more', async () => {
    const receiver = await running({ sources: [chat] });
    expect((await deliver(receiver)).status).toBe(200);
    await receiver.close();
    expect(lines(receiver, 'has stopped').map(({ level, fields }) => [level, fields])).toEqual([['info', {}]]);
    expect(receiver.log.at(-1)?.message).toContain('has stopped');
  });

  it('with the deliveries that were cut off', async () => {
    const store = heldStore();
    const receiver = await running({ sources: [chat] }, undefined, { times: { ...TIMES, lastDeliveries: 200 }, parts: { open: store.open } });
    store.hold();
    const body = message();
    sender(receiver.port, `${headOf(body.length)}${body}`);
    await until(() => store.waiting() === 1);
    const closing = receiver.close();
    await until(() => lines(receiver, 'has stopped').length > 0);
    store.release();
    await closing;
    expect(lines(receiver, 'has stopped').map(({ level, fields }) => [level, fields])).toEqual([['warn', { unanswered: 1, forwardsCutOff: false }]]);
  });

  it('with what was forwarded and not answered', async () => {
    const destination = await listener(() => undefined);
    const receiver = await running({ sources: [chat], destinations: [{ id: 'n8n', url: destination.url }] }, undefined, { parts: { lastRequestsMs: 100 } });
    expect((await deliver(receiver)).status).toBe(200);
    await until(() => destination.heard.length === 1);
    await receiver.close();
    expect(lines(receiver, 'has stopped').map(({ level, fields }) => [level, fields])).toEqual([['warn', { unanswered: 0, forwardsCutOff: true }]]);
    await destination.close();
  });
});
