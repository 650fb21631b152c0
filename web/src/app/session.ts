import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';

export type Permission = 'public' | 'read' | 'predict' | 'write' | 'decide' | 'manage';

/** Which server this is, and who asks. */
export function useAbout() {
  return useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => ask(api.GET('/v1/about', { signal })),
    staleTime: 60_000,
  });
}

/** Whether the one who looks may do such things: buttons of what they may not are disabled, with the reason. */
export function useMay(permission: Permission): boolean {
  const { data } = useAbout();
  return data?.user?.permissions.includes(permission) ?? false;
}
