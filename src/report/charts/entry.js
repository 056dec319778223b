// The parts of Apache ECharts that the report draws with. make.sh bundles them into echarts.min.js.
import * as core from "echarts/core";
import { GraphChart, HeatmapChart, ScatterChart } from "echarts/charts";
import {
  DataZoomInsideComponent, GridComponent, TooltipComponent, VisualMapPiecewiseComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

core.use([
  CanvasRenderer, DataZoomInsideComponent, GraphChart, GridComponent, HeatmapChart, LabelLayout,
  ScatterChart, TooltipComponent, VisualMapPiecewiseComponent,
]);
globalThis.echarts = { init: core.init, getInstanceByDom: core.getInstanceByDom };
