/*
 * Spika's files. A message names its file by number, and the server hands files out to anybody who knows the number.
 * Sources: README.md, "Files".
 */
import type { Attachment } from '../event';
import type { DownloadMedia, FetchMedia, MediaAnswer, MediaRequest } from '../media';

/** A row's number. Nothing else may become a part of the path: in a text message the sender writes it. */
const FILE_ID = /^[1-9]\d{0,9}$/;

/** Where the server keeps uploaded files; a message's `path` ends so, and whoever sends a text message can write another. */
const UPLOADED = /\/uploads\/files\/[^/]+$/;

/**
 * Downloads from one server.
 * @param apiUrl the base URL of its API, without a slash at its end; the access token is never sent there, as no
 * version asks for it.
 */
export function downloadMedia(apiUrl: string): DownloadMedia {
  return (attachment, fetchMedia) => {
    const request = requestFor(attachment, apiUrl);
    return request === undefined ? undefined : download(attachment, request, fetchMedia);
  };
}

/** By number from the server that the user named; else, where the message has an address only, from there. */
function requestFor({ id, url }: Attachment, apiUrl: string): MediaRequest | undefined {
  const server = URL.parse(apiUrl);
  if (server !== null && id !== undefined && FILE_ID.test(id)) return { url: `${apiUrl}/upload/files/${id}`, reach: 'named' };
  const address = url === undefined ? null : URL.parse(url);
  if (address === null || !['http:', 'https:'].includes(address.protocol)) return undefined;
  const isUpload = address.origin === server?.origin && address.search === '' && UPLOADED.test(address.pathname);
  return { url: address.href, reach: isUpload ? 'named' : 'public' };
}

async function download({ size }: Attachment, request: MediaRequest, fetchMedia: FetchMedia): Promise<MediaAnswer> {
  const answer = await fetchMedia(request);
  return isPlaceholder(answer, size) ? { kind: 'failed', reason: 'the server no longer has the file, and sent a placeholder' } : answer;
}

/** For a file that is gone the newest servers (2024) answer 200 and a picture, `no-image-icon.png`. */
function isPlaceholder(answer: MediaAnswer, size: number | undefined): boolean {
  return answer.kind === 'answered' && answer.contentType.startsWith('image/png') && size !== undefined && answer.body.length !== size;
}
