// Destinations of three kinds, each on a port of its own: one that takes everything, one that takes its time, one that fails.
import { createServer } from 'node:http';

const SLOW_MS = 500;

/** @returns their URLs, and for each the ids of the events that it has taken. */
export async function startDestinations() {
  const taken = { good: new Set(), slow: new Set() };
  const urls = {
    good: await listen(async (request, response) => keep(taken.good, request, response)),
    slow: await listen(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      await keep(taken.slow, request, response);
    }),
    failing: await listen(async (request, response) => {
      request.resume();
      response.writeHead(500).end();
    }),
  };
  return { urls, taken };
}

async function keep(ids, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  for (const { id } of [JSON.parse(Buffer.concat(chunks).toString('utf8'))].flat()) ids.add(id);
  response.end();
}

function listen(handle) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      resolve(`http://127.0.0.1:${server.address().port}/`);
    });
  });
}
