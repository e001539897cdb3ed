// What the charts have in common.

export interface ChartProps {
  projectId: string;
  days: number;
}

// In pixels.
export const kChartHeight = 240;
