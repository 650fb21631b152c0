import type { Audit, Check, Finding, Level } from '../audit/audit.ts';
import pc from './colours.ts';

const TITLES: Record<Check, string> = {
  leaks: 'leaks',
  labelConflicts: 'label conflicts',
  exactDuplicates: 'exact duplicates',
  nearDuplicates: 'near duplicates',
  groups: 'groups',
  shortcut: 'shortcuts',
  balance: 'balance',
  unreadable: 'unreadable',
};
const MARKS: Record<Level, () => string> = {
  problem: () => pc.red('✗'),
  warning: () => pc.yellow('!'),
  note: () => pc.cyan('i'),
  ok: () => pc.green('✓'),
  skipped: () => pc.dim('–'),
};
const INDENT = 20;

/** An audit for a terminal: each check with what was found, what training does about it, and what changes that. */
export function auditLines({ findings }: Pick<Audit, 'findings'>, columns = process.stdout.columns ?? 100): string[] {
  const width = Math.max(40, Math.min(columns, 120) - INDENT);
  return findings.flatMap((finding) => {
    const [first = '', ...rest] = wrap(finding.summary, width);
    const todo = [finding.byDefault === 'Nothing to do.' ? '' : finding.byDefault, finding.toChange].filter(Boolean);
    return [
      `${MARKS[finding.level]()} ${TITLES[finding.check].padEnd(INDENT - 2)}${first}`,
      ...rest.map((line) => `${' '.repeat(INDENT)}${line}`),
      ...todo.flatMap((text) =>
        wrap(text, width - 2).map((line, i) => pc.dim(`${' '.repeat(INDENT)}${i === 0 ? '→ ' : '  '}${line}`)),
      ),
    ];
  });
}

/** The same in a few lines, for the end of an import: what is clean is only counted. */
export function findingLines({ findings }: Pick<Audit, 'findings'>, columns?: number): string[] {
  const loud = findings.filter(({ level }: Finding) => level === 'problem' || level === 'warning' || level === 'note');
  const clean = findings.filter(({ level }) => level === 'ok').map(({ check }) => TITLES[check]);
  return [
    ...auditLines({ findings: loud }, columns),
    ...(clean.length === 0 ? [] : [`${MARKS.ok()} ${pc.dim(`clean: ${clean.join(', ')}`)}`]),
  ];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}
