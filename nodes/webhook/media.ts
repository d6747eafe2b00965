import type { IBinaryKeyData, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import type { Attachment, NormalizedEvent } from '../../providers/event';
import type { DownloadMedia, MediaAnswer } from '../../providers/media';
import { createFetchMedia } from './fetch-media';

/** What became of one attachment; `binary` names the property that holds the file. */
interface Downloaded {
  readonly id?: string;
  readonly name?: string;
  readonly url?: string;
  readonly binary?: string;
  readonly error?: string;
}

/** A message has a handful; a forged thousand would keep a worker busy for a day. */
const MOST_FILES = 20;

/** What file systems take; the end has the extension. */
const LONGEST_FILE_NAME = 200;

/**
 * The item with the files that its message points at as binary data (`attachment_0`, `attachment_1`, …) and a list
 * `media` of what became of each. A file that can't be had is told there: the event is worth more than its files.
 */
export async function withMedia(context: IWebhookFunctions, event: NormalizedEvent, item: INodeExecutionData, download: DownloadMedia): Promise<INodeExecutionData> {
  const attachments = event.data.message?.attachments ?? [];
  if (attachments.length === 0) return item;
  const binary: IBinaryKeyData = {};
  const media: Downloaded[] = [];
  const fetchMedia = createFetchMedia(context);
  for (const [index, attachment] of attachments.slice(0, MOST_FILES).entries()) {
    const answer = await download(attachment, fetchMedia);
    const name = `attachment_${index}`;
    const error = answer === undefined ? 'It has no address to download it from.' : faultOf(answer);
    if (answer?.kind === 'answered' && error === undefined) {
      const file = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
      binary[name] = await context.helpers.prepareBinaryData(file, fileNameOf(attachment) ?? name, attachment.mimeType ?? mimeTypeOf(answer));
    }
    media.push({ ...summaryOf(attachment), ...(error === undefined ? { binary: name } : { error }) });
  }
  const surplus = attachments.slice(MOST_FILES).map((attachment) => ({ ...summaryOf(attachment), error: `Not downloaded: the message has more than ${MOST_FILES} files.` }));
  return { json: { ...item.json, media: [...media, ...surplus] }, binary };
}

function faultOf(answer: MediaAnswer): string | undefined {
  if (answer.kind === 'failed') return `Not downloaded: ${answer.reason}.`;
  if (answer.status >= 200 && answer.status < 300) return undefined;
  const denied = answer.status === 401 || answer.status === 403;
  return `Not downloaded: status ${answer.status}.${denied ? ' Check the API key in the credential; an address may also have expired.' : ''}`;
}

function mimeTypeOf(answer: Extract<MediaAnswer, { kind: 'answered' }>): string | undefined {
  const [type = ''] = answer.contentType.split(';');
  return type.trim() === '' ? undefined : type.trim();
}

/**
 * The name that the sender gave the file, or its address has. Without a path, which would lead a node that writes the
 * file to wherever the sender likes; undefined when nothing usable is left.
 */
function fileNameOf({ name, url }: Attachment): string | undefined {
  const [last = ''] = (name ?? URL.parse(url ?? '')?.pathname ?? '').split(/[/\\]/).slice(-1);
  const plain = last.replace(/\p{Cc}/gu, '').trim().slice(-LONGEST_FILE_NAME);
  return /^\.*$/.test(plain) ? undefined : plain;
}

function summaryOf({ id, name, url }: Attachment): Downloaded {
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }), ...(url === undefined ? {} : { url }) };
}
