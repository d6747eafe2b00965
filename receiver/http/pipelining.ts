import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bounds the requests of one connection that are not answered yet. Node takes up all that stand in a piece of data
 * before it waits for anything: without a bound, one packet of small requests whose answers nobody reads takes megabytes.
 * A connection that goes beyond is closed.
 */
export function boundPipelining(listener: RequestListener, most: number): RequestListener {
  const underWay = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (underWay.get(socket) ?? 0) + 1;
    if (socket.destroyed || count > most) {
      socket.destroy();
      return;
    }
    underWay.set(socket, count);
    response.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}
