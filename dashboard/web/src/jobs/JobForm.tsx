import {
  Alert,
  Button,
  Group,
  JsonInput,
  Modal,
  NumberInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '../api/http';
import { jobUrl } from '../api/queries';
import type { Job, JobType } from '../api/types';
import { useDelivery } from '../delivery/DeliveryProvider';
import { kPresets, nextRuns } from './schedule';
import { useSchedule } from './useSchedule';

const kTypes: JobType[] = ['cleanup-approvals', 'cleanup-specs', 'cleanup-archived-specs', 'run-agent'];
const kNextRuns = 3;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Props {
  projectId: string;
  projectPath: string;
  // Of the machine; nothing when it does not name it.
  timeZone: string | undefined;
  // The job to change; nothing: a new one.
  job?: Job;
  opened: boolean;
  onClose: () => void;
  onSaved: () => void;
}

export function JobForm({ projectId, projectPath, timeZone, job, opened, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const { describe, clock } = useSchedule();
  const { send } = useDelivery();
  const [name, setName] = useState(job?.name ?? '');
  const [type, setType] = useState<JobType>(job?.type ?? 'cleanup-approvals');
  const [schedule, setSchedule] = useState(job?.schedule ?? '0 2 * * *');
  const [enabled, setEnabled] = useState(job?.enabled ?? true);
  const [days, setDays] = useState<number | string>(Number(job?.config['daysOld'] ?? 30));
  const [runner, setRunner] = useState(textOf(job?.config['runner']));
  const [parameters, setParameters] = useState(JSON.stringify(job?.config['parameters'] ?? {}, null, 2));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const words = describe(schedule);

  function config(): Record<string, unknown> {
    if (type !== 'run-agent') return { daysOld: Number(days) };
    return {
      runner,
      projectPath: job?.config['projectPath'] ?? projectPath,
      parameters: JSON.parse(parameters) as unknown,
    };
  }

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const settings = { name: name.trim(), enabled, config: config(), schedule: schedule.trim() };
      const { write } = await send({
        projectId,
        label: `${t('jobs.title')} · ${name}`,
        method: job ? 'PUT' : 'POST',
        path: job ? jobUrl(projectId, job.id) : jobUrl(projectId),
        body: job ? settings : { id: `job-${newRequestId()}`, type, ...settings },
      });
      if (write.state === 'failed') {
        setError(write.error?.message ?? '');
      } else {
        onSaved();
        onClose();
      }
    } catch {
      setError(t('jobs.parametersWrong'));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal opened={opened} onClose={onClose} title={job ? t('jobs.edit') : t('jobs.create')} size="lg">
      <form onSubmit={(event) => void save(event)}>
        <Stack>
          <TextInput
            label={t('jobs.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Select
            label={t('jobs.type')}
            data={kTypes.map((value) => ({ value, label: t(`jobs.types.${value}`) }))}
            value={type}
            onChange={(value) => value && setType(value)}
            allowDeselect={false}
            disabled={job !== undefined}
          />
          {type === 'run-agent' ? (
            <>
              <TextInput
                label={t('jobs.runner')}
                description={t('jobs.runnerHint')}
                value={runner}
                onChange={(event) => setRunner(event.currentTarget.value)}
                required
              />
              <JsonInput
                label={t('jobs.parameters')}
                description={t('jobs.parametersHint')}
                value={parameters}
                onChange={setParameters}
                validationError={t('jobs.parametersWrong')}
                formatOnBlur
                autosize
                minRows={3}
              />
            </>
          ) : (
            <NumberInput label={t('jobs.daysOld')} value={days} onChange={setDays} min={1} max={3650} required />
          )}
          <div>
            <TextInput
              label={t('jobs.schedule')}
              description={t('jobs.scheduleHint')}
              ff="monospace"
              value={schedule}
              onChange={(event) => setSchedule(event.currentTarget.value)}
              error={words === undefined && t('jobs.scheduleWrong')}
              required
            />
            <Group gap={4} mt={6}>
              {kPresets.map((preset) => (
                <Button key={preset} size="compact-xs" variant="default" onClick={() => setSchedule(preset)}>
                  {describe(preset)}
                </Button>
              ))}
            </Group>
            {words && (
              <Text size="sm" mt="xs" role="status">
                {words}. {t('jobs.next')}{' '}
                {nextRuns(schedule, kNextRuns, timeZone)
                  .map((date) => clock(date, timeZone))
                  .join(' · ')}
                {timeZone && ` (${timeZone})`}
              </Text>
            )}
          </div>
          <Switch
            label={t('jobs.enabled')}
            checked={enabled}
            onChange={(event) => setEnabled(event.currentTarget.checked)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={!name.trim() || !words}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
