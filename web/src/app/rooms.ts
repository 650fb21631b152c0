import {
  IconActivityHeartbeat,
  IconBox,
  IconChartLine,
  IconFolders,
  IconHome,
  IconPhotoScan,
  IconRefresh,
  IconRocket,
  IconStack2,
} from '@tabler/icons-react';

/** The parts of the page, in the order of the navigation. The one list that names them. */
export const ROOMS = [
  {
    id: 'home',
    label: 'Home',
    path: '/',
    icon: IconHome,
    key: 'h',
    about: 'What runs, what is live, what needs a decision',
  },
  { id: 'predict', label: 'Predict', path: '/predict', icon: IconPhotoScan, key: 'p', about: 'Answers for images' },
  { id: 'jobs', label: 'Jobs', path: '/jobs', icon: IconFolders, key: 'j', about: 'Folders and archives, scored' },
  {
    id: 'datasets',
    label: 'Datasets',
    path: '/datasets',
    icon: IconStack2,
    key: 'd',
    about: 'Images, labels, splits and audits',
  },
  {
    id: 'experiments',
    label: 'Experiments',
    path: '/runs',
    icon: IconChartLine,
    key: 'e',
    about: 'Runs and sweeps, compared',
  },
  {
    id: 'models',
    label: 'Models',
    path: '/models',
    icon: IconBox,
    key: 'm',
    about: 'Registered versions, evidence, approvals',
  },
  {
    id: 'deployments',
    label: 'Deployments',
    path: '/deployments',
    icon: IconRocket,
    key: 'l',
    about: 'What answers, and how it does',
  },
] as const;

/** Rooms that are not built yet have their place. */
export const LATER = [
  {
    id: 'monitoring',
    label: 'Monitoring',
    path: '/monitoring',
    icon: IconActivityHeartbeat,
    about: 'Drift, quality and alerts',
  },
  {
    id: 'retraining',
    label: 'Retraining',
    path: '/retraining',
    icon: IconRefresh,
    about: 'Triggers and pipeline runs',
  },
] as const;
