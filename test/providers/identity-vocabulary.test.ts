import { cidaas } from '../../providers/cidaas';
import { groupOf } from '../../providers/identity/catalogue';
import { isIdentitySecretKey } from '../../providers/identity/secrets';
import { identityTypes, objectKindOf, singularKind, typeOf } from '../../providers/identity/vocabulary';
import { skillmine } from '../../providers/skillmine';

const names = (provider: { readonly events: object }): readonly string[] => Object.keys(provider.events);

describe('the vocabulary', () => {
  it('has the names of both catalogues and no others', () => {
    expect(Object.keys(identityTypes).sort()).toEqual([...new Set([...names(skillmine), ...names(cidaas)])].sort());
    expect(names(skillmine)).toHaveLength(92);
    expect(names(cidaas)).toHaveLength(112);
    expect(names(skillmine).filter((name) => names(cidaas).includes(name))).toHaveLength(48);
  });

  it('is what both catalogues take their types from', () => {
    for (const { events } of [skillmine, cidaas]) {
      for (const [name, { type }] of Object.entries(events)) expect([name, type]).toEqual([name, typeOf(name)]);
    }
  });

  it('has three segments of lower-case letters and underscores in each type', () => {
    expect(Object.values(identityTypes).filter((type) => !/^identity\.[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*$/.test(type))).toEqual([]);
  });

  it('says what was done in the past tense', () => {
    const done = Object.values(identityTypes).map((type) => type.split('.')[2] ?? '');
    expect([...new Set(done)].filter((what) => !/(?:ed|sent|login|logout|reset)$/.test(what))).toEqual([]);
  });

  it.each([
    ['identity.user.created', ['USER_CREATED', 'USER_CREATED_WITH_INVITE', 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', 'ACCOUNT_CREATED_WITH_SOCIAL_IDENTITY']],
    ['identity.user.updated', ['USER_MODIFIED', 'ACCOUNT_MODIFIED']],
    ['identity.user.deleted', ['USER_DELETED', 'ACCOUNT_DELETED']],
    ['identity.user.enabled', ['USER_ENABLED', 'ACCOUNT_ACTIVATED']],
    ['identity.user.disabled', ['USER_DISABLED', 'ACCOUNT_DEACTIVATED']],
    ['identity.user.blocked', ['USER_BLOCKED', 'ACCOUNT_LOCKED']],
    ['identity.user.email_verified', ['USER_EMAIL_VERIFIED', 'ACCOUNT_EMAIL_VERIFIED']],
    ['identity.user.mobile_number_verified', ['USER_MOBILE_NO_VERIFIED', 'ACCOUNT_MOBILE_NO_VERIFIED']],
    ['identity.user.identity_added', ['USER_IDENTITY_ADDED', 'ACCOUNT_CIDAASIDENTITY_ADDED', 'ACCOUNT_SOCIALIDENTITY_ADDED']],
    ['identity.user.identity_removed', ['USER_IDENTITY_REMOVED', 'ACCOUNT_CIDAASIDENTITY_REMOVED', 'ACCOUNT_SOCIALIDENTITY_REMOVED']],
    ['identity.user.password_changed', ['USER_PASSWORD_CHANGED', 'PASSWORD_CHANGED']],
    ['identity.user.password_reset', ['USER_PASSWORD_RESET', 'PASSWORD_RESET']],
    ['identity.user.password_reset_initiated', ['USER_PASSWORD_RESET_INITIATE', 'PASSWORD_RESET_INITIATE']],
    ['identity.user.login', ['USER_LOGIN', 'LOGIN_WITH_CIDAAS', 'LOGIN_WITH_SOCIAL']],
    ['identity.user.login_failed', ['USER_LOGIN_FAILURE', 'LOGIN_FAILURE']],
    ['identity.group.updated', ['GROUP_UPDATED', 'GROUP_MODIFIED']],
    ['identity.group_type.updated', ['GROUP_TYPE_UPDATED', 'GROUP_TYPE_MODIFIED']],
    ['identity.hosted_page.updated', ['HOSTED_PAGE_UPDATED', 'HOSTED_PAGE_MODIFIED']],
    ['identity.group.user_added', ['GROUP_NEW_USER_ADDED']],
  ])('calls it %s whoever says it', (type, said) => {
    expect(Object.entries(identityTypes).filter(([, found]) => found === type).map(([name]) => name).sort()).toEqual([...said].sort());
  });

  it.each(['SOMETHING_NEW', 'user_created', '', 'CONSTRUCTOR', 'constructor', '__proto__', 'toString', 'x'.repeat(5_000)])('does not know %.20s', (name) => {
    expect(typeOf(name)).toBe('identity.unknown');
  });
});

describe('a group of entries', () => {
  it('has types from the vocabulary, and its own basis where a row names none', () => {
    const entries = groupOf('Users', 'source', {
      USER_CREATED: ['User created', 'A user was created.'],
      LOGOUT: ['Logout', 'A user signed out.', { basis: 'inferred', deprecated: true }],
    });
    expect(entries).toEqual({
      USER_CREATED: { type: 'identity.user.created', group: 'Users', title: 'User created', description: 'A user was created.', basis: 'source' },
      LOGOUT: { type: 'identity.user.logout', group: 'Users', title: 'Logout', description: 'A user signed out.', basis: 'inferred', deprecated: true },
    });
  });
});

describe('the kind of an object', () => {
  it.each([
    ['users', 'user'],
    ['USERS', 'user'],
    ['user', 'user'],
    ['idvalidations', 'idvalidation'],
    ['grouptypes', 'group_type'],
    ['groupTypes', 'group_type'],
    ['group-types', 'group_type'],
    ['customtemplates', 'custom_template'],
    ['passes', 'pass'],
    ['pass', 'pass'],
    ['sms', 'sms'],
    ['policies', 'policy'],
    ['Invoices', 'invoice'],
    ['s', 's'],
  ])('%s is %s', (plural, kind) => expect(singularKind(plural)).toBe(kind));

  it('is the middle of a type', () => {
    expect(objectKindOf('identity.group_type.updated')).toBe('group_type');
    expect(objectKindOf('identity.unknown')).toBe('unknown');
  });
});

describe('a secret key', () => {
  it.each([
    'authorization', 'Authorization', 'proxy-authorization', 'Proxy-Authorization', 'cookie', 'Cookie', 'set-cookie', 'Set-Cookie', 'in_cookies', 'out_cookies', 'inCookies',
    'tenant_config', 'tenantConfig', 'password', 'Password', 'passwords', 'new_password', 'confirmPassword', 'password_echo', 'passwd', 'user_passwd',
    'token', 'access_token', 'accessToken', 'ACCESS-TOKEN', 'refresh_token', 'id_token', 'idToken', 'tokens', 'x-csrf-token', 'id_token_hint',
    'secret', 'client_secret', 'clientSecret', 'secretKey', 'api_key', 'apiKey', 'apikey', 'x-api-key', 'X_API_KEY', 'api_keys', 'x.api.key',
    'otp', 'totp', 'email_otp', 'totp_key', 'totpkey', 'otp-code', 'private_key', 'privateKey', 'client_assertion', 'code_verifier', 'authorization_code', 'passcode', 'jwt', 'password[]',
  ])('%s is one', (key) => expect(isIdentitySecretKey(key)).toBe(true));

  it.each([
    'token_type', 'tokenId', 'token_id', 'tokenType', 'token_endpoint', 'client_id', 'sub', 'user_agent', 'code', 'error_code', 'key', 'field_key', 'tenant_key', 'template_key',
    'x_request_id', 'event_type', 'authorization_endpoint', 'authentication_type', 'cookie_policy', 'scope', 'id', 'email', 'headers', 'data', 'incoming_object', '', '🔑',
  ])('%s is none', (key) => expect(isIdentitySecretKey(key)).toBe(false));
});
