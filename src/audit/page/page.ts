import type { Dataset } from '../../data/sample.ts';
import { count, plural, safe } from '../../evaluation/report/html.ts';
import type { Audit, Check, Finding } from '../audit.ts';
import { balanceSection } from './balance-section.ts';
import { chosen, conflictSets, exactSets, groupSets, leakSets, nearSets } from './galleries.ts';
import { takePictures } from './pictures.ts';
import { shortcutSection } from './shortcut-section.ts';
import { AUDIT_STYLE } from './style.ts';

const TITLES: Record<Check, string> = {
  leaks: 'Leaks',
  labelConflicts: 'Label conflicts',
  exactDuplicates: 'Exact duplicates',
  nearDuplicates: 'Near duplicates',
  groups: 'Groups that look wrong',
  shortcut: 'Shortcuts',
  balance: 'Balance and coverage',
  unreadable: 'Unreadable files',
};
const LEVELS = { problem: 'problem', warning: 'look at it', note: 'note', ok: 'clean', skipped: 'not looked for' };

/** The audit as one page that needs nothing else, neither script nor network: pictures are inside it. */
export async function auditPage(audit: Audit, dataset: Dataset, signal?: AbortSignal): Promise<string> {
  const { dataset: of } = audit;
  const pictures = await takePictures(dataset, chosen(audit), signal);
  const sections: [Check, string][] = [
    ['leaks', leakSets(audit, pictures)],
    ['labelConflicts', conflictSets(audit, pictures)],
    ['nearDuplicates', nearSets(audit, pictures)],
    ['exactDuplicates', exactSets(audit, pictures)],
    ['groups', groupSets(audit, pictures)],
    ['shortcut', shortcutSection(audit, pictures)],
    ['balance', balanceSection(audit)],
    ['unreadable', unreadableTable(audit)],
  ];
  const title = `${of.name}@${of.version}`;
  const findings = new Map(audit.findings.map((finding) => [finding.check, finding]));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler audit</title><style>${AUDIT_STYLE}</style></head><body><main>
${head(audit)}
<section><h2>What was looked for</h2><div class="checks">${audit.findings.map(check).join('')}</div></section>
${movedTable(audit)}${sections.map(([name, body]) => section(findings.get(name), body)).join('\n')}
<footer>Osler · audit of ${safe(title)}, ${safe(of.digest.slice(0, 12))}, ${safe(audit.createdAt.slice(0, 16).replace('T', ' '))} UTC · every id is in audit.json.</footer>
</main></body></html>
`;
}

function head(audit: Audit): string {
  const { dataset, samples, classes, splits, excluded, stamps } = audit;
  const out = Object.values(excluded).reduce((sum, n) => sum + n, 0);
  const stamped = stamps.map((stamp) => `<span class="stamp">⚠ ${safe(stamp)}</span>`).join('');
  const accepted =
    audit.accepted === null
      ? ''
      : `<p class="muted">Accepted by ${safe(audit.accepted.by)}, ${safe(audit.accepted.at.slice(0, 10))}: “${safe(audit.accepted.reason)}”</p>`;
  const stats: [string, string][] = [
    ['Images', count(samples)],
    ['In train / val / test', ['train', 'val', 'test'].map((split) => count(splits[split] ?? 0)).join(' / ')],
    ['Left out', count(out)],
    ['Test images known to train', count(audit.leakCounts.exposed.test)],
  ];
  const boxes = stats.map(
    ([term, value]) =>
      `<div class="stat"><span>${term}</span><b${value.length > 8 ? ' class="long"' : ''}>${value}</b></div>`,
  );
  return `<header><p class="kicker">Audit</p><h1>${safe(dataset.name)} version ${dataset.version}</h1>
<p class="muted">${plural(classes.length, 'class').replace('classs', 'classes')}: ${safe(classes.join(', '))}</p>${stamped === '' ? '' : `<p>${stamped}</p>`}${accepted}<div class="stats">${boxes.join('')}</div></header>`;
}

function check({ check: name, level, summary, byDefault, toChange }: Finding): string {
  const todo = [byDefault === 'Nothing to do.' ? '' : byDefault, toChange].filter(Boolean);
  return `<div class="check"><div><a href="#${name}">${TITLES[name]}</a><br><span class="level ${level}">${LEVELS[level]}</span></div><div><p>${safe(summary)}</p>${todo.map((text) => `<p class="todo">${codes(text)}</p>`).join('')}</div></div>`;
}

/** Text in which commands, options and settings of recipes stand as such. */
function codes(text: string): string {
  return safe(text).replace(
    /osler [a-z]+( [a-z]+)?( [^\s;]+@\d+)?( --[a-z-]+)?|--[a-z-]+( [A-Z]+)?|\b[a-z]+(\.[a-zA-Z]+)+(=[\w.]*\w)?(?!\w)/g,
    '<code>$&</code>',
  );
}

function section(finding: Finding | undefined, body: string): string {
  if (finding === undefined || body === '') return '';
  return `<section id="${finding.check}"><h2>${TITLES[finding.check]}</h2><p>${safe(finding.summary)}</p>
<p class="muted">${codes([finding.byDefault, finding.toChange].filter(Boolean).join(' '))}</p>${body}</section>`;
}

function movedTable({ moved, leakCounts }: Audit): string {
  if (moved.length === 0) return '';
  const rows = moved
    .slice(0, 200)
    .map(
      ({ id, label, from, to }) =>
        `<tr><td><code>${safe(id)}</code></td><td>${safe(label)}</td><td>${from}</td><td>${to}</td></tr>`,
    );
  const more = moved.length > 200 ? `<p class="more">and ${count(moved.length - 200)} more, in audit.json</p>` : '';
  const clean = leakCounts.exposed.test === 0 ? ' Nothing crosses it any more.' : '';
  return `<section id="moved"><h2>What mending moved</h2><p>${plural(moved.length, 'image')} moved so that the split holds; all others stay where the source put them.${clean}</p><div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>Image</th><th>Class</th><th>From</th><th>To</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}</section>`;
}

function unreadableTable({ unreadable }: Audit): string {
  if (unreadable.length === 0) return '';
  const rows = unreadable
    .slice(0, 200)
    .map(({ id, reason }) => `<tr><td><code>${safe(id)}</code></td><td>${safe(reason)}</td></tr>`);
  const more =
    unreadable.length > 200 ? `<p class="more">and ${count(unreadable.length - 200)} more, in audit.json</p>` : '';
  return `<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>File</th><th>Why</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}`;
}
