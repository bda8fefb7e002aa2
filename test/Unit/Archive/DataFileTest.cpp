#include "lib/Archive/DataFile.h"
#include "test/Unit/Archive/Fixture.h"

using namespace llvm;

namespace sconce::archive {
namespace {

TEST(DataFile, readsATupleOfInputs) {
  PickleBuilder pickle;
  pickle.mark().tensor("FloatStorage", "0", 2, 0, {2}, {1}).integer(3).string("x").tuple();
  auto value = readPickled(pickle, {{"data/0", bytesOf<float>({1, 2})}, {"version", "3\n"},
                                    {".format_version", "1"}, {"byteorder", "little"}});
  ASSERT_TRUE(static_cast<bool>(value));
  ASSERT_EQ(value->asTuple().elements.size(), 3u);
  EXPECT_EQ(value->asTuple().elements[0].asTensor().dataAs<float>()[1], 2);
}

TEST(DataFile, namesTheFileAndTheInstruction) {
  EXPECT_ERROR(readPickled(PickleBuilder().none().global("mine", "Model")),
               "x.pt(data.pkl): byte 3: the file holds a Python object");
  EXPECT_ERROR(readData("/does/not/exist.pt"), "/does/not/exist.pt: cannot open the file");
}

} // namespace
} // namespace sconce::archive
