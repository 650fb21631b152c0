import { stampWords } from '../../store/leak-stamp.ts';
import type { Estimate } from '../estimate.ts';
import { METRIC_GROUPS } from '../metrics/words.ts';
import { characteristics, excluded, level, partitions, poorInput, source } from './checklist/facts.ts';
import { STATEMENTS, type Statement } from './checklist/statements.ts';
import { calibrationWords, classRuleWords } from './decision-words.ts';
import { decimal, either, plural } from './html.ts';
import { limitsOf } from './limits.ts';
import { type Report, trainingFacts } from './record.ts';
import { checklists, tally } from './sections/checklist.ts';
import { METHODS } from './sections/explanations.ts';
import { operatingWords, repeats, samplesWords } from './words.ts';
import { exposureWords } from './words-exposure.ts';

/**
 * The model card (Mitchell et al. 2019, Model Cards for Model Reporting) in Markdown, filled from the record. Holds no image and no
 * name of a sample: it travels with the bundle.
 */
export function modelCard(report: Report): string {
  const { file } = report;
  const { subject } = file;
  const parts = [
    `# ${plain(subject.name)}`,
    ...stampWords(subject.stamps, subject.leaks ?? subject.dataset?.flow?.leaks).map(
      (stamp) => `> **Stamped ${plain(stamp)}.** These numbers may be too good.`,
    ),
    ...exposureWords(file).map((text) => `> ${plain(text)}`),
    `${plain(subject.model)} that tells ${plain(either(file.class_names))} apart. Measured on ${samplesWords(file)} (${plain(file.split)}). Not a medical device; for research.`,
    '## Intended use',
    said(report, 'intendedUse'),
    '## Model',
    list([...subject.facts, ...trainingFacts(report)]),
    '## Data',
    sentences([source(report), excluded(report), partitions(report), level(report), characteristics(report)]),
    said(report, 'sources'),
    '## Performance',
    metricsTable(report),
    `95% intervals over groups. ${plain(calibrationWords(file))}`,
    '## Verdict',
    sentences([...operatingWords(file), ...classRuleWords(file)]),
    ...subgroupsPart(report),
    ...explanationsPart(report),
    '## Input it cannot judge',
    sentences([poorInput(report)]),
    '## Limits',
    limitsOf(report)
      .map((text) => `- ${plain(text)}`)
      .join('\n'),
    said(report, 'limitations'),
    '## Ethics and fairness',
    said(report, 'ethics'),
    said(report, 'fairness'),
    '## Reporting',
    checklists(report)
      .map(({ list: name, answers }) => `- ${tally(name, answers)}`)
      .join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What a person said, or that nobody did. */
function said({ file }: Report, key: Statement): string {
  const text = file.subject.about?.[key];
  return text === undefined ? `*Open (\`${key}\`):* ${STATEMENTS[key]}.` : plain(text);
}

function sentences(texts: readonly (string | null)[]): string {
  return texts
    .filter((text) => text !== null)
    .map(plain)
    .join('\n\n');
}

function list(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([term, text]) => `- ${plain(term)}: ${plain(text)}`).join('\n');
}

function metricsTable({ file }: Report): string {
  const rows = METRIC_GROUPS.flatMap(({ metrics }) =>
    metrics
      .filter(([name]) => !repeats(file, name))
      .map(([name, label]) => `| ${label} | ${cells(file.metrics[name])} |`),
  );
  return ['| Measure | Value | 95% interval |', '| --- | --- | --- |', ...rows].join('\n');
}

function cells({ value, low, high, reason }: Estimate): string {
  if (value === null) return `– | ${plain(reason ?? 'not estimable')}`;
  return `${decimal(value)} | ${low === null || high === null ? plain(reason ?? '') : `${decimal(low)} to ${decimal(high)}`}`;
}

function subgroupsPart({ file }: Report): string[] {
  const found = file.subgroups;
  if (found === null || found.columns.length === 0) return [];
  const sure = found.gaps.filter(({ adjusted }) => adjusted < found.alpha);
  const gaps = sure.map(
    ({ worse, better, metric, difference, low, high }) =>
      `- ${plain(worse)} below ${plain(better)} in ${metric}: ${decimal(difference)} (${decimal(low)} to ${decimal(high)})`,
  );
  const words = `Measured by ${found.columns.map(({ name }) => plain(name)).join(', ')}, and crossed; ${plural(found.tests, 'gap')} tested.`;
  return [
    '## Subgroups',
    `${words} ${sure.length === 0 ? 'None is beyond chance.' : 'Beyond chance:'}`,
    gaps.join('\n'),
  ];
}

function explanationsPart({ parts }: Report): string[] {
  const found = parts.explanations;
  if (found === null) return [];
  const lines = found.methods.map(({ method, verdict }) => `- ${METHODS[method]}: ${plain(verdict.words.join(' '))}`);
  return ['## Heat maps', lines.join('\n')];
}

/** Text that Markdown leaves as it is, on one line. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, (c) => `\\${c}`);
}
