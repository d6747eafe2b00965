/*
 * Prints what the conformance tests found as two Markdown tables: scenarios and mutations by store, flaws by what caught them.
 */
const MARKS = { passed: '✓', failed: '**✗**', pending: '–' };

const titles = { '': 'Scenario', 'a valid delivery, mutated': 'A valid delivery, mutated' };

export default class ConformanceReporter {
  onRunComplete(_contexts, { testResults }) {
    const tests = testResults.flatMap(({ testResults: found }) => found);
    const ofStores = tests.flatMap(({ ancestorTitles: [suite = '', part = ''], title, status }) => {
      const store = /^the receiver over (.+)$/.exec(suite)?.[1];
      return store === undefined ? [] : [{ store, part, title, status }];
    });
    const stores = [...new Set(ofStores.map(({ store }) => store))];
    for (const [part, heading] of Object.entries(titles)) {
      const rows = Map.groupBy(ofStores.filter((test) => test.part === part), ({ title }) => title);
      if (rows.size > 0) print([heading, ...stores], [...rows].map(([title, found]) => [title, ...stores.map((store) => markOf(found.find((test) => test.store === store)))]));
    }
    const flaws = tests.filter(({ ancestorTitles }) => ancestorTitles[0]?.startsWith('a receiver with one flaw'));
    const rows = flaws.map(({ title, status }) => [...title.split(': '), MARKS[status] ?? status]);
    if (rows.length > 0) print(['Flaw', 'Fails scenarios', 'Just these'], rows);
  }
}

function markOf(test) {
  return test === undefined ? MARKS.pending : (MARKS[test.status] ?? test.status);
}

function print(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
