import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody } from './content';

/** Told what becomes of connections. */
export interface ConnectionObserver {
  opened(): void;
  closed(): void;
  /** One was closed because there were too many. It is told as closed, too. */
  shed(): void;
}

/** Closing what is idle means looking at every connection. */
const IDLE_CLOSED_EVERY_MS = 1_000;

/**
 * Bounds the open connections of a server. Past the bound the oldest of those that have sent no whole
 * request goes; where there is none the new one goes, and those that are idle between two requests with it. So ten
 * thousand sockets that say nothing close each other, and who comes with a delivery is heard.
 * @param most how many may be open; asked each time.
 */
export function boundConnections(server: Server, most: () => number, observer: ConnectionObserver): void {
  const silent = new Set<Socket>();
  let open = 0;
  let idleClosedAt = -Infinity;

  server.on('connection', (socket: Socket) => {
    open += 1;
    observer.opened();
    socket.once('close', () => {
      open -= 1;
      observer.closed();
      silent.delete(socket);
    });
    if (open > most()) shed(socket);
    if (!socket.destroyed) silent.add(socket);
  });
  server.on('request', (request: IncomingMessage) => {
    const { socket } = request;
    silent.delete(socket);
    if (!hasBody(request)) return;
    // A body that is announced and never comes would hold the connection as silence does.
    silent.add(socket);
    request.once('close', () => void silent.delete(socket));
  });

  function shed(newcomer: Socket): void {
    observer.shed();
    const [oldest = newcomer] = silent;
    // Its 'close' comes later, and by then another may have come: it is forgotten at once.
    silent.delete(oldest);
    oldest.destroy();
    if (oldest === newcomer) closeIdle();
  }

  /** Too late for the one that was turned away; there is room for those who come next. */
  function closeIdle(): void {
    const now = performance.now();
    if (now - idleClosedAt < IDLE_CLOSED_EVERY_MS) return;
    idleClosedAt = now;
    server.closeIdleConnections();
  }
}
