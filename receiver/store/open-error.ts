/** Why a store can't be opened. The message says what to do about it. */
export type StoreOpenCode = 'store_url_invalid' | 'store_in_use' | 'store_not_durable' | 'store_too_new' | 'store_cannot_open';

/** A store could not be opened: thrown at start-up only, for a person to read. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly code: StoreOpenCode;

  constructor(code: StoreOpenCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
