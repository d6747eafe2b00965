import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The network between receivers and their database, for a test to disturb. */
export interface Proxy {
  /** The database's URL, by way of the proxy. */
  readonly url: string;
  /** Carries nothing any more in one direction or both; connections stay open, and new ones are accepted. */
  stall(direction: 'up' | 'down' | 'both'): void;
  /** Carries on, with what was held back. */
  flow(): void;
  /** Cuts off every connection, without a word. */
  cut(): void;
  /** Takes no new connections until {@link flow}. */
  refuse(): void;
  /**
   * Waits for the COMMIT of the transaction in which a text was sent, and swallows it, or the answer to it. Resolves
   * then: what is committed, or not, is not known to the receiver. That connection carries nothing any more.
   */
  swallowCommit(ofWhatHolds: string, what: 'the order' | 'the answer'): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  /** The text that is waited for has come by. */
  isMarked: boolean;
  isMute: boolean;
}

interface Trap {
  readonly text: string;
  readonly what: 'the order' | 'the answer';
  readonly spring: () => void;
}

/** @param target a postgres:// URL with host and port */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const lines = new Set<Line>();
  let stalled: 'up' | 'down' | 'both' | undefined;
  let refusing = false;
  let trap: Trap | undefined;

  const server = createServer((near) => {
    if (refusing) return void near.resetAndDestroy();
    const line: Line = { near, far: connect(Number(port), hostname), isMarked: false, isMute: false };
    lines.add(line);
    near.on('data', (bytes) => {
      if (!swallowsOrder(line, bytes)) line.far.write(bytes);
    });
    line.far.on('data', (bytes) => {
      if (!swallowsAnswer(line)) near.write(bytes);
    });
    for (const [from, to] of [[near, line.far], [line.far, near]] as const) {
      from.on('error', () => undefined);
      from.on('close', () => {
        lines.delete(line);
        to.destroy();
      });
    }
    apply(line);
  });

  function swallowsOrder(line: Line, bytes: Uint8Array): boolean {
    if (trap === undefined || line.isMute) return line.isMute;
    const said = Buffer.from(bytes).toString('latin1');
    line.isMarked ||= said.includes(trap.text);
    line.isMute = line.isMarked && said.includes('COMMIT');
    if (!line.isMute || trap.what === 'the answer') return false;
    spring();
    return true;
  }

  function swallowsAnswer({ isMute }: Line): boolean {
    if (isMute) spring();
    return isMute;
  }

  function spring(): void {
    trap?.spring();
    trap = undefined;
  }

  function apply({ near, far }: Line): void {
    hold(near, stalled === 'up' || stalled === 'both');
    hold(far, stalled === 'down' || stalled === 'both');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port: String((server.address() as AddressInfo).port) }).href,
    stall(direction) {
      stalled = direction;
      lines.forEach(apply);
    },
    flow() {
      stalled = undefined;
      refusing = false;
      lines.forEach(apply);
    },
    cut() {
      for (const { near, far } of lines) {
        sever(near);
        sever(far);
      }
    },
    refuse() {
      refusing = true;
    },
    swallowCommit: (text, what) => new Promise((resolve) => (trap = { text, what, spring: resolve })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { near, far } of lines) {
          near.destroy();
          far.destroy();
        }
      }),
  };
}

function hold(socket: Socket, held: boolean): void {
  if (held) socket.pause();
  else socket.resume();
}

/** A socket whose end is under way can't be reset: Node would leave its handle open. */
function sever(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
