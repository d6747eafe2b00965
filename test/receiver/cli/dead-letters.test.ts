import { listener } from '../../support/listener';
import type { Listener } from '../../support/listener';
import type { Running } from '../../support/running';
import { deliverTo, receiverBeside, untilDestination } from './beside';
import { chathooks, temporaryFolder } from './chathooks';

describe('chathooks replay --dead', () => {
  const folder = temporaryFolder();
  let receiver: Running;
  let destination: Listener;
  let status: number;

  beforeEach(async () => {
    status = 500;
    destination = await listener((_heard, response) => response.writeHead(status).end());
    receiver = await receiverBeside(folder());
    await register();
    await deliverTo(receiver);
    await untilDestination(receiver, 'n8n', ({ deliveries }) => deliveries.dead === 1);
  });
  afterEach(async () => {
    await receiver.close();
    await destination.close();
  });

  async function register(): Promise<void> {
    expect((await receiver.api('/destinations/n8n', { method: 'PUT', body: JSON.stringify({ url: destination.url, retry: { attempts: 1 } }) })).status).toBe(200);
  }

  const replay = async (): Promise<string> => (await chathooks(['replay', '--dead'], { cwd: folder() })).stdout;

  it('says that dead letters belong to a destination that is gone, and forwards them once it is back', async () => {
    await receiver.api('/destinations/n8n', { method: 'DELETE' });
    expect(await replay()).toMatch(/^Nothing is forwarded\. 1 dead letter belongs to destinations that are gone: n8n\. Register them again/);
    status = 200;
    await register();
    expect(await replay()).toBe('1 delivery is forwarded again.\n');
  });

  it('says that dead letters belong to a destination that is disabled', async () => {
    status = 410;
    const { events } = await receiver.get<{ readonly events: readonly { readonly key: string }[] }>('/events');
    const { key = '' } = events[0] ?? {};
    await receiver.api(`/events/${key}/replay`, { method: 'POST' });
    await untilDestination(receiver, 'n8n', ({ disabledAt, deliveries }) => disabledAt !== undefined && deliveries.dead === 1);
    expect(await replay()).toMatch(/^Nothing is forwarded\. 1 dead letter belongs to destinations that are disabled: n8n\. Enable them first/);
  });
});
