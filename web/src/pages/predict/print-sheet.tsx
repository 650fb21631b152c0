import { Portal } from '@mantine/core';
import { heatmapWords } from '../../heatmap-words.ts';
import { moment, percent } from '../../say.ts';
import { modelOf } from './answerers.ts';
import type { Answer, ModelInfo } from './queries.ts';
import type { Shot } from './tray.ts';
import { leakText, say, setWords } from './words.ts';

export interface Sheet {
  shot: Shot;
  answers: readonly { answer: Answer; info: ModelInfo | undefined }[];
}

interface Props {
  sheets: readonly Sheet[];
  /** What the person wrote to tell the sheets apart; it never leaves this page. */
  reference: string;
}

/** Results on paper: what was decided and by what, one image a page. Nothing of it is on the screen. */
export function PrintSheets({ sheets, reference }: Props) {
  return (
    <Portal className="sheets-frame" reuseTargetNode={false}>
      <div className="sheets" aria-hidden>
        {sheets.map((sheet) => (
          <OneSheet key={sheet.shot.id} sheet={sheet} reference={reference} />
        ))}
      </div>
    </Portal>
  );
}

function OneSheet({ sheet: { shot, answers }, reference }: { sheet: Sheet; reference: string }) {
  const first = answers[0];
  const preprocess = first?.info?.preprocess;
  const ratio = preprocess === undefined ? '1' : `${preprocess.width} / ${preprocess.height}`;
  return (
    <section className="sheet">
      <h1>Image analysis: second reader</h1>
      <p>
        {moment(new Date())}
        {reference !== '' && ` · ${reference}`}
      </p>
      <div className="sheet-pictures">
        {shot.shows !== false && (
          <figure className="sheet-picture" style={{ aspectRatio: ratio }}>
            <img src={shot.url} alt="" style={{ objectFit: 'contain' }} />
          </figure>
        )}
        {first?.answer.heatmap !== undefined && (
          <figure className="sheet-picture" style={{ aspectRatio: ratio }}>
            {shot.shows !== false && (
              <img
                src={shot.url}
                alt=""
                style={{
                  objectFit: preprocess?.fit === 'crop' ? 'cover' : preprocess?.fit === 'pad' ? 'contain' : 'fill',
                }}
              />
            )}
            <img src={first.answer.heatmap.image} alt="" />
          </figure>
        )}
      </div>
      {answers.map(({ answer, info }) => (
        <OneAnswer key={answer.requestId} answer={answer} info={info} />
      ))}
      <p>
        Not a medical device. The answer is one of a program: it is to be judged by a person who has seen the patient.
        {first?.answer.heatmap !== undefined &&
          ` Right of the image: the heat map. ${heatmapWords(first.answer.heatmap)}`}
      </p>
      <h2>Decided by</h2>
      <div className="sheet-line" />
    </section>
  );
}

function OneAnswer({ answer, info }: { answer: Answer; info: ModelInfo | undefined }) {
  const said = say(answer, info);
  const { digest, network, run } = answer.model;
  const set =
    answer.set === undefined || answer.outOfDistribution?.verdict === true
      ? null
      : setWords(answer.set, info?.conformal?.always ?? []);
  return (
    <>
      <div className="sheet-verdict">
        <h2 style={{ marginTop: 0 }}>{said.title}</h2>
        {said.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {info?.leaks != null && <p>{leakText(info.leaks)}</p>}
      </div>
      <table>
        <thead>
          <tr>
            <th>Class</th>
            <th className="n">Probability</th>
            <th>Counts towards the verdict</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(answer.probabilities)
            .sort((a, b) => b[1] - a[1])
            .map(([label, p]) => (
              <tr key={label}>
                <td>{label}</td>
                <td className="n">{percent(p)}</td>
                <td>
                  {answer.positive?.labels.includes(label)
                    ? `yes, threshold ${percent(answer.positive.threshold)}`
                    : 'no'}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {set !== null && (
        <p>
          {set.title}
          {answer.set!.labels.length > 0 && `: ${answer.set!.labels.join(', ')}`}. {set.sentence}
        </p>
      )}
      <p style={{ fontSize: '8.5pt' }}>
        {modelOf(answer).name}, {network}, run {run.slice(0, 12)}
        {digest !== null && `, bundle ${digest.slice(0, 16)}`}
        {info !== undefined && `, trained on ${info.dataset.name}@${info.dataset.version}`} · request {answer.requestId}
        {'routing' in answer && ` · deployment ${answer.routing.deployment}, revision ${answer.routing.revision}`}
      </p>
    </>
  );
}
