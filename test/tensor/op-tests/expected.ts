/**
 * Which of tfjs-core's op tests the float64 backend is not held to, and which it is known to fail, each with the
 * reason. The test fails when a spec that is not here fails, and when one that is here passes.
 */

/** Spec files about kernels that the backend does not register, by reason. */
export const filesLeftOut: Readonly<Record<string, readonly string[]>> = {
  'Convolution and pooling: not for energies or regressions.': [
    'avg_pool_3d_test.js',
    'avg_pool_test.js',
    'conv1d_test.js',
    'conv2d_separable_test.js',
    'conv2d_test.js',
    'conv2d_transpose_test.js',
    'conv3d_test.js',
    'conv3d_transpose_test.js',
    'depthwise_conv2d_test.js',
    'dilation2d_test.js',
    'fused/fused_conv2d_test.js',
    'fused/fused_depthwise_conv2d_test.js',
    'max_pool_3d_test.js',
    'max_pool_test.js',
    'max_pool_with_argmax_test.js',
    'pool_test.js',
  ],
  'Images: resizing, cropping, boxes, pixels.': [
    'from_pixels_test.js',
    'image/crop_and_resize_test.js',
    'image/flip_left_right_test.js',
    'image/non_max_suppression_test.js',
    'image/resize_bilinear_test.js',
    'image/resize_nearest_neighbor_test.js',
    'image/transform_test.js',
  ],
  'Fourier transforms, and what needs complex numbers throughout: the backend has none.': [
    'complex_ops_test.js',
    'ifft_test.js',
    'signal/stft_test.js',
    'spectral/fft_test.js',
    'spectral/irfft_test.js',
    'spectral/rfft_test.js',
  ],
  'Ragged and sparse tensors.': [
    'ragged_gather_test.js',
    'ragged_range_test.js',
    'ragged_tensor_to_tensor_test.js',
    'sparse/sparse_fill_empty_rows_test.js',
    'sparse/sparse_reshape_test.js',
    'sparse/sparse_segment_mean_test.js',
    'sparse/sparse_segment_sum_test.js',
  ],
  'Strings beyond storing, moving and comparing them.': [
    'string/static_regex_replace_test.js',
    'string/string_n_grams_test.js',
    'string/string_split_test.js',
    'string/string_to_hash_bucket_fast_test.js',
  ],
  'Local response normalisation and the depth-to-space rearrangement, which only convolutional networks use.':
    ['depth_to_space_test.js', 'local_response_normalization_test.js'],
};

/** Specs that fail, by reason; a name that occurs twice is here twice. */
export const expectedFailures: Readonly<Record<string, readonly string[]>> = {
  'They make complex numbers, which the backend has none of.': [
    'abs_test.js: abs complex64 rank-1',
    'abs_test.js: abs complex64 rank-2',
    'abs_test.js: abs complex64 rank-3',
    'abs_test.js: abs is underflow-safe for complex64',
    'add_test.js: add complex number addition',
    'add_test.js: add complex number broadcasting addition',
    'add_test.js: add complex number reshape and then addition',
    'add_test.js: add upcasts when dtypes dont match',
    'arithmetic_test.js: mul complex number broadcasting multiplication',
    'arithmetic_test.js: mul complex number multiplication',
    'clone_test.js: clone 1D complex64 dtype',
    'clone_test.js: clone 2D complex64 dtype',
    'clone_test.js: clone 3D complex64 dtype',
    'clone_test.js: clone 4D complex64 dtype',
    'concat_test.js: concat1d concat complex input',
    'concat_test.js: concat2d concat complex input axis=0',
    'concat_test.js: concat2d concat complex input axis=1',
    'concat_test.js: concat3d concat complex input axis=0',
    'concat_test.js: concat3d concat complex input axis=1',
    'concat_test.js: concat3d concat complex input axis=1',
    'ones_like_test.js: onesLike 1D complex dtype',
    'ones_like_test.js: onesLike 2D complex dtype',
    'ones_like_test.js: onesLike 3D complex dtype',
    'ones_like_test.js: onesLike 4D complex dtype',
    'ones_like_test.js: onesLike 5D complex dtype',
    'ones_like_test.js: onesLike 6D complex dtype',
    'sub_test.js: sub complex number broadcasting subtraction',
    'sub_test.js: sub complex number subtraction',
    'sub_test.js: sub upcasts when dtypes dont match',
    'transpose_test.js: transpose accepts complex64 input',
  ],
  'Gradient of the largest or smallest of equal elements: tfjs gives each of them the whole cotangent, which is no subgradient; here they share it, as in TensorFlow and JAX.':
    [
      'max_test.js: max max gradient: 1D, ties',
      'max_test.js: max max gradient: ties, 2D, axes=-1, keepDims=false',
      'max_test.js: max max gradient: ties, 3D, axes=[1, 2], keepDims=false',
      'max_test.js: max max gradient: ties, 4D, axes=[1, 2, 3], keepDims=false',
      'max_test.js: max max gradient: ties, 4D, axes=[2, 3], keepDims=true',
      'min_test.js: min min gradient: 1D, ties',
      'min_test.js: min min gradient: ties, 2D, axes=-1, keepDims=false',
      'min_test.js: min min gradient: ties, 3D, axes=[1, 2], keepDims=false',
      'min_test.js: min min gradient: ties, 4D, axes=[1, 2, 3], keepDims=false',
      'min_test.js: min min gradient: ties, 4D, axes=[2, 3], keepDims=true',
    ],
  "Gradient of mirrorPad: tfjs's leaves out what the mirrored elements contribute (finite differences agree with ours).":
    ['mirror_pad_test.js: mirrorPad grad', 'mirror_pad_test.js: mirrorPad gradient with clones'],
  'They ask for a Float32Array by its class; values are Float64Arrays here, and equal.': [
    'range_test.js: range start stop incompatible step',
    'range_test.js: range start stop step',
    'slice2d_test.js: slice2d slice a tensor and do async read',
    'slice2d_test.js: slice2d slice an already sliced tensor and do async read',
    'unsorted_segment_sum_test.js: unsortedSegmentSum N > than parallelization threshold, tensor1D',
  ],
  'Scatters strings.': ['sparse_to_dense_test.js: sparseToDense should work for string'],
};
