/*
 * A receiver in a process of its own, so that its end is seen. The configuration comes as JSON in the first argument; it
 * tells its parent its URL, and on each message how many blocks were reached that never were before.
 */
import { checkFile } from '../../receiver/dist/receiver/config/parse.js';
import { startServer } from '../../receiver/dist/receiver/server.js';
import { startCoverage } from './coverage.mjs';

const coverage = startCoverage((url) => /\/receiver\/dist\//.test(url));
const checked = checkFile(JSON.parse(process.argv[2] ?? '{}'));
if (!checked.ok) throw new Error(checked.mistakes.map(({ at, message }) => `${at.join('.')} ${message}`).join('\n'));
const server = await startServer(checked.config);
process.send({ url: server.url });
process.on('message', () => process.send({ fresh: coverage.look(), total: coverage.total() }));
process.on('disconnect', () => void server.close().finally(() => process.exit()));
