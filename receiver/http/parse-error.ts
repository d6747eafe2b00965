import type { Duplex } from 'node:stream';
import { refusals } from '../../providers/refusals';

const ANSWERS: Readonly<Record<string, { readonly status: string; readonly code: string; readonly message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', code: 'headers_too_large', message: 'The headers or the URL are too long. Send fewer of them.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', code: 'request_timeout', message: refusals.request_timeout.message },
};

const BAD_REQUEST = { status: '400 Bad Request', code: 'bad_request', message: 'This is not HTTP as RFC 9112 defines it. Check the sender, or any proxy in between.' };

/** Answers what Node's HTTP parser refused, in the shape of every other refusal, and closes: framing is lost by now. */
export function answerParseError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = ANSWERS[error.code ?? ''] ?? BAD_REQUEST;
  const body = JSON.stringify({ error: { code, message } });
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
