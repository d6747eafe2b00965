import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentNetwork {
  /** The URL of the same database, by way of this network. */
  readonly url: string;
  /** From now on a connection falls silent for good once it is to carry something that contains a text. Resolves when one has. */
  readonly swallow: (text: string) => Promise<void>;
  /** All connections fall silent for good, those to come too. */
  readonly fallSilent: () => void;
  /** What was swallowed stays so; connections to come are carried again. */
  readonly recover: () => void;
  readonly close: () => Promise<void>;
}

/** A network to a database that loses what it is to carry: no answer, no reset, and no goodbye either. */
export async function startSilentNetwork(databaseUrl: string): Promise<SilentNetwork> {
  const there = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let losesAll = false;
  let losesFor: { readonly text: string; readonly onLost: () => void } | undefined;

  // Half open: the end of one side is no news for the other.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: Number(there.port), host: there.hostname, allowHalfOpen: true });
    let lost = false;
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('data', (chunk) => {
        if (losesFor !== undefined && chunk.includes(losesFor.text)) {
          lost = true;
          losesFor.onLost();
        }
        if (!lost && !losesAll) other.write(chunk);
      });
      one.on('end', () => void (!lost && !losesAll && other.end()));
      one.on('close', () => {
        sockets.delete(one);
        if (!lost && !losesAll) other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String((server.address() as AddressInfo).port) }).href,
    swallow: (text) => new Promise((onLost) => (losesFor = { text, onLost })),
    fallSilent: () => (losesAll = true),
    recover() {
      losesAll = false;
      losesFor = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
