import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Guard, HmacAlgorithm, HmacGuard } from '../../providers/authentication/guard';
import type { Names } from '../../providers/provider';
import { sceyt } from '../../providers/sceyt';
import { textOf } from '../lifecycle/credential';

/** The name of the credential's type. */
export const CREDENTIAL = 'sceytWebhookApi';

/** Where a secret that is sent as it is may stand, when the credential names no place. */
const USUAL_HEADERS: Names = ['authorization', 'x-sceyt-secret'];
const USUAL_FIELD = 'secret';

/** What deliveries are checked by. Each way is a guess, since Sceyt publishes none: all of it can be set. */
export function guardOf(credential: ICredentialDataDecryptedObject): Guard {
  const secrets = [textOf(credential['secret']), textOf(credential['previousSecret'])];
  const named = textOf(credential['headerName']);
  switch (verificationOf(credential)) {
    case 'hmac':
      return { ...signatureOf(credential, named), secrets };
    case 'header':
      return { scheme: 'api-key', in: 'header', names: named === '' ? USUAL_HEADERS : [named], secrets };
    case 'query':
      return { scheme: 'api-key', in: 'query', names: [textOf(credential['queryField']) || USUAL_FIELD], secrets };
    case 'none':
      return { scheme: 'none', because: 'the user chose so in the credential' };
  }
}

/** What is wrong with a credential, as far as it tells by itself; undefined when nothing is. */
export function faultOf(credential: ICredentialDataDecryptedObject): string | undefined {
  const verification = verificationOf(credential);
  if (verification === 'none') return undefined;
  if (textOf(credential['secret']) === '') return 'The secret is empty, so that every delivery would be refused. Enter the one that stands at the webhook in the Sceyt dashboard.';
  const name = textOf(credential['headerName']);
  if (verification !== 'query' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/.test(name)) return 'The header name holds what no header name can. Write letters, digits and dashes.';
  return undefined;
}

type Verification = 'hmac' | 'header' | 'query' | 'none';

/** Whatever is none of the others is the strictest. */
function verificationOf({ verification }: ICredentialDataDecryptedObject): Verification {
  return verification === 'header' || verification === 'query' || verification === 'none' ? verification : 'hmac';
}

function signatureOf(credential: ICredentialDataDecryptedObject, named: string): Omit<HmacGuard, 'secrets'> {
  const { algorithm, encoding } = credential;
  const prefix = textOf(credential['prefix']);
  return {
    scheme: 'hmac',
    headers: signatureHeaders(named),
    algorithm: isAlgorithm(algorithm) ? algorithm : 'sha256',
    encoding: encoding === 'hex' || encoding === 'base64' ? encoding : 'auto',
    ...(prefix === '' ? {} : { prefix }),
  };
}

/** The named header first. The others stay, since a signature is proof wherever it stands. */
function signatureHeaders(named: string): Names {
  const known = sceyt.auth.flatMap((offer) => ('headers' in offer ? offer.headers : []));
  const [first = named, ...others] = named === '' ? known : [named, ...known.filter((name) => name !== named.toLowerCase())];
  return [first, ...others];
}

function isAlgorithm(value: unknown): value is HmacAlgorithm {
  return value === 'sha1' || value === 'sha256' || value === 'sha512';
}
