/*
 * Loaded into n8n by --require: a test run that is killed leaves no n8n behind.
 */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
