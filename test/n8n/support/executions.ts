/*
 * The executions of a workflow, with what its nodes gave.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rest } from './rest';
import { until } from './until';

/** More than any test makes: the API's own default is 20, and it cuts the list silently. */
const LIMIT = 100;

export interface Item {
  readonly json: Readonly<Record<string, unknown>>;
  readonly binary?: Readonly<Record<string, unknown>>;
}

export interface Execution {
  readonly id: string;
  /** `webhook`, or `manual` for a test event. */
  readonly mode: string;
  readonly status: 'success' | 'error' | 'crashed' | 'canceled' | 'waiting' | 'running' | 'new' | 'unknown';
  /** The message of the error that ended it. */
  readonly error?: string;
  /** What a node gave at one of its outputs; nothing, when it did not run. */
  items(node: string, output?: number): readonly Item[];
}

export interface ExpectOptions {
  /** Milliseconds for the executions to be there and over. */
  readonly within?: number;
  /** Milliseconds of silence afterwards that prove that there is not one more. */
  readonly settle?: number;
}

export interface ExecutionReader {
  /** All executions of a workflow, oldest first. */
  list(workflowId: string): Promise<readonly Execution[]>;
  /**
   * Waits for exactly so many executions, all of them over, and for a while more: one that is too many, failed or
   * not, is a failed expectation.
   *
   * @returns them, oldest first
   */
  expect(workflowId: string, count: number, options?: ExpectOptions): Promise<readonly Execution[]>;
}

interface Summary {
  readonly id: string;
  readonly mode: string;
  readonly status: Execution['status'];
}

/** As much as is read here of what n8n keeps of a run. */
interface RunData {
  readonly resultData: {
    readonly error?: { readonly message: string };
    readonly runData?: Readonly<Record<string, readonly { readonly data?: { readonly main: readonly (readonly Item[] | null)[] } }[]>>;
  };
}

type Parse = (text: string) => unknown;

/** @param modules the folder whose node_modules are n8n's: it writes run data with the package `flatted`, and that reads it */
export function createExecutionReader(rest: Rest, modules: string): ExecutionReader {
  const { parse } = createRequire(join(modules, 'package.json'))('flatted') as { parse: Parse };

  async function summaries(workflowId: string): Promise<readonly Summary[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    const { results } = await rest.get<{ results: readonly Summary[] }>(`executions?limit=${LIMIT}&filter=${filter}`);
    // n8n lists the running and the finished ones by two queries: one that ends in between is in both, and over.
    const running = new Map(results.map((summary) => [summary.id, summary]));
    const over = new Map(results.filter(isOver).map((summary) => [summary.id, summary]));
    return [...new Map([...running, ...over]).values()].sort((one, other) => Number(one.id) - Number(other.id));
  }

  async function read({ id, mode, status }: Summary): Promise<Execution> {
    const { data } = await rest.get<{ data: string }>(`executions/${id}`);
    const { error, runData } = (parse(data) as RunData).resultData;
    return {
      id,
      mode,
      status,
      ...(error === undefined ? {} : { error: error.message }),
      items: (node, output = 0) => runData?.[node]?.flatMap((run) => run.data?.main[output] ?? []) ?? [],
    };
  }

  const list = async (workflowId: string): Promise<readonly Execution[]> => Promise.all((await summaries(workflowId)).map(read));

  return {
    list,

    async expect(workflowId, count, { within = 15_000, settle = 1000 } = {}) {
      let last: readonly Summary[] = [];
      await until(
        async () => {
          last = await summaries(workflowId);
          return last.length > count || (last.length === count && last.every(isOver)) || undefined;
        },
        { what: `${count} executions of workflow ${workflowId}`, within, seen: () => `There are ${described(last)}.` },
      );
      await sleep(settle);
      const executions = await list(workflowId);
      if (executions.length !== count) throw new Error(`Expected ${count} executions of workflow ${workflowId}, and there are ${described(executions)}.`);
      return executions;
    },
  };
}

function isOver({ status }: Summary): boolean {
  return status !== 'new' && status !== 'running';
}

function described(executions: readonly (Summary & Pick<Execution, 'error'>)[]): string {
  const each = executions.map(({ id, mode, status, error }) => `${id} (${mode}, ${status}${error === undefined ? '' : `: ${error}`})`);
  return `${executions.length}${each.length === 0 ? '' : `: ${each.join(', ')}`}`;
}
