import { stringify } from 'yaml';
import type { BundleManifest } from './manifest.ts';

/** The graph's outputs beside the batch, for MLflow's signature. */
export interface GraphShapes {
  input: { name: string; shape: readonly number[] };
  outputs: { name: string; shape: readonly number[] }[];
}

const MLFLOW = '2.9.0';
const PYTHON = '3.11.0';
const REQUIREMENTS = ['mlflow>=2.9', 'onnx>=1.12', 'onnxruntime>=1.14', 'numpy'];

/**
 * The files by which MLflow's `onnx` and `python_function` flavours load the bundle's folder
 * (https://mlflow.org/docs/latest/ml/model/): MLmodel and the environment that it names. Input is the normalised batch,
 * output the logits; temperature, labels and what else turns them into an answer are in the metadata. Shapes come without the batch.
 */
export function mlflowFiles(manifest: Omit<BundleManifest, 'files'>, graph: GraphShapes): Record<string, string> {
  const tensor = ({ name, shape }: { name: string; shape: readonly number[] }): object => ({
    name,
    type: 'tensor',
    'tensor-spec': { dtype: 'float32', shape: [-1, ...shape] },
  });
  const mlmodel = {
    flavors: {
      onnx: {
        code: null,
        data: 'model.onnx',
        onnx_session_options: null,
        onnx_version: '1.12.0',
        providers: ['CPUExecutionProvider'],
      },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: PYTHON,
      },
    },
    metadata: {
      labels: manifest.labels,
      osler_bundle: 'bundle.json',
      osler_run: manifest.run,
      preprocess: manifest.preprocess,
      temperature: manifest.temperature,
      ...(manifest.calibration === null ? {} : { calibration: manifest.calibration }),
      ...(manifest.classRule === null ? {} : { classRule: manifest.classRule }),
    },
    mlflow_version: MLFLOW,
    model_uuid: manifest.run,
    signature: {
      inputs: JSON.stringify([tensor(graph.input)]),
      outputs: JSON.stringify(graph.outputs.map(tensor)),
      params: null,
    },
    utc_time_created: manifest.createdAt.replace('T', ' ').replace('Z', '000'),
  };
  const conda = {
    channels: ['conda-forge'],
    dependencies: [`python=${PYTHON}`, 'pip', { pip: REQUIREMENTS }],
    name: 'mlflow-env',
  };
  const environment = {
    python: PYTHON,
    build_dependencies: ['pip', 'setuptools', 'wheel'],
    dependencies: ['-r requirements.txt'],
  };
  return {
    // YAML 1.1 is what Python reads: a label `no` must stay a string there.
    MLmodel: stringify(mlmodel, { lineWidth: 0, version: '1.1' }),
    'conda.yaml': stringify(conda),
    'python_env.yaml': stringify(environment),
    'requirements.txt': `${REQUIREMENTS.join('\n')}\n`,
  };
}
