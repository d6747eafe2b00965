import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BASIC } from '../../support/running';
import type { Running } from '../../support/running';
import { deliverTo, receiverBeside, writeConfig } from './beside';
import { chathooks, temporaryFolder } from './chathooks';
import type { Ended } from './chathooks';
import { listenerForEach } from './listener';
import type { Received } from './listener';

const TOKEN = 'an-admin-token-for-tests';

describe('chathooks erase', () => {
  const folder = temporaryFolder();
  const listen = listenerForEach();

  /** Beside a receiver that has so many events about everybody. */
  async function erase(words: readonly string[], answer: object): Promise<Ended & { readonly received: readonly Received[]; readonly bodies: readonly unknown[] }> {
    const { port, received } = await listen((_request, response) => response.end(JSON.stringify(answer)));
    await writeFile(
      join(folder(), 'chathooks.yaml'),
      `listen: { port: ${port} }\nadmin: { token: ${TOKEN} }\nsources:\n  - { id: chat, provider: spika, auth: { scheme: header, name: x-signature, secret: a-secret } }\n`,
      { mode: 0o600 },
    );
    const ended = await chathooks(['erase', ...words], { cwd: folder() });
    return { ...ended, received, bodies: received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body.toString()) as unknown) };
  }

  it('asks the receiver, and says what is left', async () => {
    const { code, stdout, received, bodies } = await erase(['--subject', 'ada 50%', '--provider', 'spika', '--source', 'chat', '--yes'], { matched: 3, erased: 5, complete: true });
    expect(code).toBe(0);
    expect(stdout).toBe('5 events were erased, 2 of them because they came in the same deliveries. What is left of each is a fingerprint, a hash by which a repeat is known.\n');
    expect(received.map(({ method, url, headers }) => [method, url, headers.get('authorization')])).toEqual([['POST', '/api/erase', [`Bearer ${TOKEN}`]]]);
    expect(bodies).toEqual([{ subject: 'ada 50%', provider: 'spika', source: 'chat' }]);
  });

  it('only counts when told to', async () => {
    const { code, stdout, bodies } = await erase(['--subject', 'ada', '--dry-run', '--yes'], { dryRun: true, matched: 1, erased: 0, complete: true });
    expect([code, stdout]).toEqual([0, '1 event is about this person. Nothing was erased.\n']);
    expect(bodies).toEqual([{ subject: 'ada', dryRun: true }]);
  });

  it('erases nothing that nobody has said yes to', async () => {
    const { code, stderr, bodies } = await erase(['--subject', 'ada'], { dryRun: true, matched: 3, erased: 0, complete: true });
    expect([code, stderr]).toEqual([1, '3 events are about this person. Nothing was erased. Add --yes to erase them for good.\n']);
    expect(bodies).toEqual([{ subject: 'ada', dryRun: true }]);
  });

  it('does not ask where there is nothing to lose, and has the receiver finish what it could not before', async () => {
    const { code, stdout, bodies } = await erase(['--subject', 'ada'], { matched: 0, erased: 0, complete: true });
    expect([code, stdout]).toEqual([0, 'No event is about this person.\n']);
    expect(bodies).toEqual([{ subject: 'ada', dryRun: true }, { subject: 'ada' }]);
  });

  it('fails when events keep coming in', async () => {
    const { code, stdout, stderr } = await erase(['--subject', 'ada', '--yes', '--json'], { dryRun: false, matched: 5, erased: 5, complete: false });
    expect([code, JSON.parse(stdout)]).toEqual([1, { dryRun: false, matched: 5, erased: 5, complete: false }]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'erase_incomplete' } });
  });

  it('does not take any answer for a success', async () => {
    const { code, stderr } = await erase(['--subject', 'ada', '--yes'], { ok: true });
    expect([code, stderr]).toEqual([1, expect.stringContaining('same version')]);
  });

  it('says of one event what it says of several', async () => {
    const { code, stderr } = await erase(['--subject', 'ada'], { dryRun: true, matched: 1, erased: 0, complete: true });
    expect([code, stderr]).toEqual([1, '1 event is about this person. Nothing was erased. Add --yes to erase it for good.\n']);
  });

  it.each(['foo', 'cometcaht'])('knows no provider named %s, and asks for nothing', async (provider) => {
    const { code, stderr, received } = await erase(['--subject', 'ada', '--provider', provider, '--yes', '--json'], { matched: 0, erased: 0, complete: true });
    expect([code, JSON.parse(stderr), received]).toEqual([1, { error: { code: 'unknown_provider', message: expect.stringContaining('Known are: ') as string } }, []]);
  });

  describe('of one source', () => {
    let receiver: Running;
    beforeEach(async () => {
      receiver = await receiverBeside(folder());
      await deliverTo(receiver);
    });
    afterEach(() => receiver.close());
    const eraseFrom = (...words: readonly string[]): Promise<Ended> => chathooks(['erase', '--subject', 'nobody', '--dry-run', ...words], { cwd: folder() });

    it('refuses one that is neither configured nor known to the store', async () => {
      const { code, stdout, stderr } = await eraseFrom('--source', 'chta');
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^There is no source named chta, and no event from one is stored\. Nothing was looked for\. Did you mean chat\? Configured are: chat\./)]);
    });

    it('refuses one of another provider', async () => {
      expect(await eraseFrom('--source', 'chat', '--provider', 'spika', '--json')).toMatchObject({ code: 1, stderr: expect.stringContaining('wrong_provider') as string });
      expect(await eraseFrom('--source', 'chat', '--provider', 'cometchat')).toMatchObject({ code: 0 });
    });

    it('takes one that has left the configuration, and the source of an event', async () => {
      const { events } = await receiver.get<{ readonly events: readonly { readonly event: { readonly source: string } }[] }>('/events');
      await writeConfig(folder(), { listen: { port: receiver.port }, sources: [{ id: 'other', provider: 'cometchat', auth: BASIC }] });
      expect(await eraseFrom('--source', 'chat')).toMatchObject({ code: 0 });
      expect(await eraseFrom('--source', events[0]?.event.source ?? '')).toMatchObject({ code: 0 });
    });
  });

  it('wants to know whom', async () => {
    expect(await erase(['--yes'], {})).toMatchObject({ code: 1, stderr: expect.stringContaining('--subject') as string, received: [] });
  });
});
