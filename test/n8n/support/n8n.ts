/*
 * A real n8n, alone in a fresh folder, with its owner set up and logged in.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type N8nClient } from './client';
import type { Installed } from './installation';
import { freePorts } from './ports';
import { end, launch, readInstance, readLog, writeInstance } from './instance';
import { createRest } from './rest';
import { installPackage } from './tarball';

const OWNER = { email: 'owner@example.com', firstName: 'Otto', lastName: 'Owner', password: 'Correct-horse-1' };

/** Modules that ask n8n's servers for news, or are of no use to a trigger: without them a start is shorter and silent. */
const DISABLED_MODULES = ['mcp-registry', 'mcp', 'instance-ai', 'chat-hub', 'insights', 'external-secrets'];

const SETTINGS = {
  // As its image is run; without it answers carry stack traces.
  NODE_ENV: 'production',
  N8N_LISTEN_ADDRESS: '127.0.0.1',
  N8N_SECURE_COOKIE: 'false',
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
  N8N_TEMPLATES_ENABLED: 'false',
  N8N_PERSONALIZATION_ENABLED: 'false',
  N8N_DYNAMIC_BANNERS_ENABLED: 'false',
  N8N_HIRING_BANNER_ENABLED: 'false',
  N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
  N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
  // The list of verified packages is downloaded.
  N8N_VERIFIED_PACKAGES_ENABLED: 'false',
  N8N_DISABLED_MODULES: DISABLED_MODULES.join(','),
  // No Code node is run, so the process that would run it is not started.
  N8N_RUNNERS_MODE: 'external',
};

export interface N8nOptions {
  readonly installed: Installed;
  /** Where its folder is made. */
  readonly within?: string;
  /** A packed node package to install; none: n8n with its built-in nodes. */
  readonly tarball?: string;
  /** The public address that nodes register webhooks under; none: http://localhost:<port>. */
  readonly webhookUrl?: string;
  /** Further environment variables of n8n's. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface N8n extends N8nClient {
  readonly url: string;
  /** Its folder: user folder, log and all. */
  readonly folder: string;
  /** The owner's session, for a browser: `name=value`. */
  readonly cookie: string;
  /** Everything it wrote so far. */
  log(): string;
  /** Stops and starts it: same port, same data, same session. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an n8n; several at once don't disturb each other.
 *
 * @throws when it does not come up; the message has the end of its log
 */
export async function startN8n({ installed, within = tmpdir(), tarball, webhookUrl, env }: N8nOptions): Promise<N8n> {
  const folder = mkdtempSync(join(within, 'n8n-'));
  if (tarball !== undefined) await installPackage(tarball, folder);
  const [port, broker] = await freePorts(2);
  const instance = {
    folder,
    installed,
    url: `http://127.0.0.1:${port}`,
    env: {
      ...SETTINGS,
      N8N_USER_FOLDER: folder,
      N8N_PORT: String(port),
      N8N_RUNNERS_BROKER_PORT: String(broker),
      N8N_RUNNERS_AUTH_TOKEN: randomBytes(16).toString('hex'),
      ...(webhookUrl === undefined ? {} : { WEBHOOK_URL: webhookUrl }),
      ...env,
    },
  };
  await launch(instance);
  try {
    writeInstance({ ...readInstance(folder), cookie: await setUpOwner(instance.url) });
  } catch (error) {
    await end(folder);
    throw error;
  }
  return connect(folder);
}

/** The n8n that was started in a folder, by this process or another. */
export function connect(folder: string): N8n {
  const { url, cookie, installed } = readInstance(folder);
  if (cookie === undefined) throw new Error(`The n8n in ${folder} has no owner yet.`);
  return {
    ...createClient({ url, rest: createRest(url, cookie), modules: installed.folder }),
    url,
    folder,
    cookie,
    log: () => readLog(folder),
    async restart() {
      await end(folder);
      await launch(readInstance(folder));
    },
    stop: () => end(folder),
  };
}

/** The answer to the set-up is the owner's session too. */
async function setUpOwner(url: string): Promise<string> {
  const answer = await fetch(`${url}/rest/owner/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(OWNER) });
  const [cookie] = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  if (!answer.ok || cookie === undefined) throw new Error(`n8n did not accept its owner: ${answer.status} ${await answer.text()}`);
  return cookie;
}
