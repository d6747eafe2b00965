import { authorization } from './api.js';

/** Heartbeats come every 15 seconds; a connection that is silent for longer than this is dead. */
const SILENCE_MS = 40_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows the event stream and connects again for ever. Read with fetch: an EventSource could not send the token but
 * in the URL, where logs would keep it.
 * @returns what ends it.
 */
export function follow({ onHappening, onState }) {
  const ending = new AbortController();
  run();
  return () => ending.abort();

  async function run() {
    let pause = 1000;
    while (!ending.signal.aborted) {
      try {
        await read(() => { pause = 1000; });
      } catch (error) {
        if (error.status === 401) return onState('off');
      }
      if (ending.signal.aborted) return;
      onState('waiting');
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  async function read(onOpen) {
    const attempt = new AbortController();
    const cancel = () => attempt.abort();
    ending.signal.addEventListener('abort', cancel);
    let timer = setTimeout(cancel, SILENCE_MS);
    try {
      const response = await fetch('api/stream', { headers: authorization(), signal: attempt.signal, cache: 'no-store' });
      if (!response.ok) throw Object.assign(new Error('refused'), { status: response.status });
      onOpen();
      onState('live');
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const decoder = frames(onHappening);
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(cancel, SILENCE_MS);
        decoder(value);
      }
    } finally {
      clearTimeout(timer);
      ending.signal.removeEventListener('abort', cancel);
    }
  }
}

/** Cuts text that arrives in pieces into the frames of Server-Sent Events. */
function frames(onHappening) {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split('\n');
      const kind = lines.find((line) => line.startsWith('event: '))?.slice(7);
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
      if (kind !== undefined && data !== '') onHappening(kind, JSON.parse(data));
    }
  };
}
