import { DeploymentHost, type HostOptions } from '../../serving/deployments/host.ts';
import { servingSpool } from '../../store/paths.ts';
import { versionResolver } from './versions.ts';

/** Serves deployments of registered versions; each bundle is checked against its registration before it is loaded. */
export function openHost(options: Omit<HostOptions, 'resolve' | 'spool'>): Promise<DeploymentHost> {
  const { store } = options;
  return DeploymentHost.open({ ...options, resolve: versionResolver(store), spool: servingSpool(store.home) });
}
