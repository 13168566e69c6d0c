import com.amazon.randomcutforest.RandomCutForest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Scores series with a Random Cut Forest of the size that OpenSearch's anomaly detection uses. Reads and writes the lines
 * of holt_winters.py. Each value is learned after it was scored.
 */
public final class RandomCutForestScores {
    private static final int SHINGLE = 8;
    private static final int TREES = 30;
    private static final int SAMPLES = 256;

    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t");
            double[] values = java.util.Arrays.stream(parts[1].split(",")).mapToDouble(Double::parseDouble).toArray();
            long began = System.nanoTime();
            double[] scores = scoresOf(values);
            double seconds = (System.nanoTime() - began) / 1e9;
            StringBuilder out = new StringBuilder(parts[0]).append('\t').append(seconds).append('\t');
            for (int row = 0; row < scores.length; row += 1) out.append(row == 0 ? "" : ",").append(scores[row]);
            System.out.println(out);
        }
    }

    private static double[] scoresOf(double[] values) {
        RandomCutForest forest = RandomCutForest.builder().dimensions(SHINGLE).shingleSize(SHINGLE)
                .internalShinglingEnabled(true).numberOfTrees(TREES).sampleSize(SAMPLES).randomSeed(1).build();
        double[] scores = new double[values.length];
        for (int row = 0; row < values.length; row += 1) {
            double[] point = {values[row]};
            scores[row] = forest.getAnomalyScore(point);
            forest.update(point);
        }
        return scores;
    }
}
