/*
 * Files that a message only points at. Their addresses come from whoever wrote the message, so that where a request
 * may go, and what may go with it, is decided here and not by the message.
 */
import type { Attachment } from './event';

export interface MediaRequest {
  readonly url: string;
  /** Credentials among them: never sent on to where an answer redirects. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `public`: refused when the address is one of this machine or its network. `named`: the user's own server, wherever it is. */
  readonly reach: 'public' | 'named';
}

export type MediaAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly contentType: string; readonly body: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string };

/** Makes one request, redirects followed. Never rejects. */
export type FetchMedia = (request: MediaRequest) => Promise<MediaAnswer>;

/** Gets one attachment, in as many requests as the provider wants. Undefined: there is nothing to get it from. */
export type DownloadMedia = (attachment: Attachment, fetchMedia: FetchMedia) => Promise<MediaAnswer> | undefined;
