import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../receiver/config/parse';
import { openReceiver } from '../../receiver/receiver';
import { openStore } from '../../receiver/store/open';
import { silentLog } from '../../receiver/telemetry/log';

it('a receiver that cannot be composed leaves nothing open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chathooks-'));
  const { config } = parseConfig({ store: `sqlite:${join(folder, 'store.db')}`, sources: [{ id: 'chat', provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', password: 'correct-horse' } }], destinations: [{ id: 'n8n', url: 'http://127.0.0.1:9/' }] });
  const [destination] = config.destinations;
  if (destination === undefined) throw new Error('There is no destination.');
  const open: string[] = [];
  const opening = openReceiver({ ...config, destinations: [{ ...destination, url: 'no URL' }] }, silentLog, {
    async open(url, options) {
      const store = await openStore(url, options);
      open.push('store', 'watch');
      const shut = (name: string): void => void open.splice(open.indexOf(name), 1);
      const watchDestinations: typeof store.watchDestinations = () => () => shut('watch');
      const close = (): Promise<void> => store.close().then(() => shut('store'));
      return Object.assign(Object.create(store) as typeof store, { watchDestinations, close, destinations: () => store.destinations() });
    },
  });
  await expect(opening).rejects.toThrow('Invalid URL');
  expect(open).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
