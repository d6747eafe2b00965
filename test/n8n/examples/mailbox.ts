/*
 * A mail server: as much of SMTP (RFC 5321) as it takes to be handed a message. It delivers none.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and text, as sent. */
  readonly content: string;
}

export interface Mailbox {
  readonly port: number;
  /** What was handed over, oldest first. */
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

export async function mailbox(): Promise<Mailbox> {
  const mails: Mail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    void converse(socket, (mail) => void mails.push(mail));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function converse(socket: Socket, take: (mail: Mail) => void): Promise<void> {
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const draft = { from: '', to: [] as string[], content: undefined as string[] | undefined };
  socket.on('error', () => undefined);
  say('220 mail.example.com');
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (draft.content === undefined) {
      const [, verb = '', argument = ''] = /^(\w+)(?:.*?<(.*?)>)?/.exec(line) ?? [];
      if (verb === 'MAIL') Object.assign(draft, { from: argument, to: [] });
      if (verb === 'RCPT') draft.to.push(argument);
      if (verb === 'DATA') draft.content = [];
      say({ DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 OK');
      if (verb === 'QUIT') socket.end();
    } else if (line === '.') {
      take({ from: draft.from, to: draft.to, content: draft.content.join('\n') });
      draft.content = undefined;
      say('250 OK');
    } else {
      // A dot at the start of a line was doubled on its way (RFC 5321, 4.5.2).
      draft.content.push(line.replace(/^\./, ''));
    }
  }
}
