/** One message of a stream of Server-Sent Events. */
export interface StreamMessage {
  /** The `event` field; `message` without one. */
  readonly kind: string;
  /** The `data` field, parsed if it is JSON. */
  readonly data: unknown;
}

/** The messages of a stream, as they come in. Comments, which keep a connection open, are passed over. */
export async function* messagesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  let kind = 'message';
  let data: string[] = [];
  for await (const line of linesOf(stream)) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === '') {
      if (data.length > 0) yield { kind, data: parsed(data.join('\n')) };
      kind = 'message';
      data = [];
    } else if (field === 'event') kind = value;
    else if (field === 'data') data.push(value);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
