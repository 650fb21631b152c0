import { createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { openStore } from '../../src/store/store.ts';
import { Served } from '../../test/served.ts';

export interface FuzzTarget {
  name: string;
  url: string;
  pid: number;
}

/** `osler serve` of a deployment and `osler server` beside it, on a store of their own. */
export async function startServers(
  home: string,
): Promise<{ serve: FuzzTarget; house: FuzzTarget; stop(): Promise<void> }> {
  {
    await using store = await openStore(home);
    for (const number of [1, 2]) {
      await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    }
    const live = [
      { model: 'skin@1', weight: 1 },
      { model: 'skin@2', weight: 1 },
    ];
    await createDeployment(store, 'derma', { live, override: 'to be fuzzed' }, { actor: person('ada'), why: 'fuzz' });
  }
  const args = { serve: ['serve', '--deployment', 'derma'], house: ['server'] };
  const all: Served[] = [];
  const start = async (name: keyof typeof args): Promise<FuzzTarget> => {
    const served = await new Served({ home, args: [...args[name], '--log-level', 'error'] }).ready();
    all.push(served);
    return { name, url: served.url, pid: served.child.pid! };
  };
  try {
    const serve = await start('serve');
    const house = await start('house');
    return {
      serve,
      house,
      async stop() {
        for (const served of all) await served.end();
      },
    };
  } catch (error) {
    for (const { child } of all) child.kill('SIGKILL');
    throw error;
  }
}
