import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BundleManifest } from '../../../bundle/manifest.ts';
import { OslerError } from '../../../errors.ts';
import type { Routing } from '../../../serving/deployments/deployment.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import type { ImageSource, Pixels, Prediction, Predictor } from '../../../serving/predictor.ts';
import { Admission, type Places } from '../../admission.ts';

export interface AskedImage {
  /** Names the answer for feedback and replay. */
  id: string;
  image: Uint8Array | Pixels;
  /** Of the patient or session. */
  key?: string;
  /** This version alone. */
  version?: string;
  /** Others go first. */
  aside?: boolean;
  /** Of the request: while it waits for its turn. */
  wanted: AbortSignal | null;
}

export interface Answered {
  id: string;
  prediction: Prediction;
  /** Of the model that answered: its registered name or the bundle's, the version, the network, the run. */
  model: { name: string; version: string; network: string; run: string };
  /** The one of the served model's `versions` that it is. */
  version: string;
  /** Null where a bundle is served and no deployment. */
  routing: Routing | null;
}

/** What other systems' protocols call a model: a deployment, or the one bundle that is served. */
export interface ServedModel {
  readonly name: string;
  /** Those that answer, as texts: numbers, and `skin@1` where several registered models answer by the same number. */
  readonly versions: readonly string[];
  /** Of the version with the largest share. */
  readonly manifest: BundleManifest;
  /** Requests that may be under way, waiting ones included. */
  readonly places: Places;
  /** Throws the image's own error, and what keeps the model from answering. */
  predict(asked: AskedImage): Promise<Answered>;
}

export interface ServedModels {
  /** The first where none is named. Throws NOT_FOUND. */
  get(name?: string): ServedModel;
  readonly all: readonly ServedModel[];
}

/** Requests under way with a bundle, at most. */
const MOST_UPLOADS = 64;
/** The same, while more come than can be answered. */
const SHORT_UPLOADS = 16;

/** @param name of the bundle. */
export function servedBundle(name: string, predictor: Pick<Predictor, 'manifest' | 'predict'>): ServedModels {
  const model: ServedModel = {
    name,
    versions: ['1'],
    get manifest() {
      return predictor.manifest;
    },
    places: { most: MOST_UPLOADS, short: SHORT_UPLOADS },
    async predict({ id, image, version, wanted }) {
      if (version !== undefined && version !== '1')
        throw new OslerError('NOT_FOUND', `${name} has no version "${version.slice(0, 100)}" here.`, {
          hint: 'A bundle that is served by itself is version 1.',
        });
      const [prediction] = await predictor.predict([image as ImageSource], wanted === null ? {} : { wanted });
      if (prediction === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
      if (prediction instanceof OslerError) throw prediction;
      const { model: network, run } = predictor.manifest;
      const answered = { name, version: '1', network: network.name, run };
      return { id, prediction, model: answered, version: '1', routing: null };
    },
  };
  return {
    all: [model],
    get(asked) {
      if (asked === undefined || asked === name) return model;
      throw unknown(asked, [name]);
    },
  };
}

export function servedDeployments(host: ServingHost): ServedModels {
  const modelOf = (name: string | undefined): ServedModel => {
    const deployment = host.get(name);
    const { concurrency, queue } = deployment.spec.limits;
    const answering = deployment.members.filter(({ role }) => role !== 'shadow');
    const nameOf = ({ model, version }: { model: string; version: number }): string =>
      answering.some((other) => other.version === version && other.model !== model)
        ? `${model}@${version}`
        : String(version);
    return {
      name: deployment.name,
      versions: [...new Set(answering.map(nameOf))],
      manifest: deployment.manifest,
      places: { most: concurrency + queue, short: concurrency + 1 },
      async predict({ aside, wanted, ...asked }) {
        const priority = aside === true ? { priority: 'low' as const } : {};
        const { prediction, version, network, run, routing } = await deployment.predict({
          ...asked,
          ...priority,
          ...(wanted === null ? {} : { wanted }),
        });
        const model = { name: version.model, version: String(version.version), network, run };
        return { id: asked.id, prediction, model, version: nameOf(version), routing };
      },
    };
  };
  return {
    get all() {
      return host.all.map(({ name }) => modelOf(name));
    },
    get: modelOf,
  };
}

const unknown = (name: string, those: readonly string[]): OslerError =>
  new OslerError('NOT_FOUND', `There is no model "${name.slice(0, 100)}" here.`, {
    hint: `Served: ${those.join(', ')}.`,
  });

/** Lets requests in, as many as a model may have under way: what is refused must cost no memory. */
export class Entrance {
  private readonly admissions = new Map<string, Admission>();

  /** Before the body is read. Throws a RefusedError where too many are under way. */
  enter({ name, places }: ServedModel, request: FastifyRequest, reply: FastifyReply): void {
    const admission = this.admissions.get(name) ?? new Admission();
    this.admissions.set(name, admission);
    const refused = admission.refusal(places);
    if (refused !== null) throw refused;
    admission.enter(request, reply, places);
  }

  leave(reply: FastifyReply): void {
    for (const admission of this.admissions.values()) admission.leave(reply);
  }
}

/** The id of one of several images of a request: its log entry has it. */
export const idOf = (request: string, index: number, of: number): string =>
  of === 1 ? request : `${request}.${index}`;
