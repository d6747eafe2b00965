import { guardedConnector } from '../../../receiver/forward/address/connector';
import { createResolve } from '../../../receiver/forward/address/resolve';
import { createAddressRule } from '../../../receiver/forward/address/rule';

/** Connects as the receiver does by default: to public addresses, and to this machine where the URL says so. */
export const localConnector = connectorWith(['localhost']);

/** Connects as a receiver with these `privateDestinations` does. */
export function connectorWith(privateDestinations: readonly string[], resolve = createResolve()) {
  const rule = createAddressRule({ privateDestinations, configured: [] });
  return guardedConnector({ rule: () => rule, resolve });
}
